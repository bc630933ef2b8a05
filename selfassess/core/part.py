"""What every part of a report is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Base of the report's parts: frozen, and nothing unforeseen is read back from storage."""

    model_config = ConfigDict(frozen=True, extra="forbid")
