"""What every part of a report is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Base of the report's parts: frozen; a misspelt name is a fault of the program. What is stored is read by
    `core.report.shapes`, which passes over what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
