"""What every definition is made of: a frozen model that refuses what it does not know, and its plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic import Strict as StrictType

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Whole = Annotated[int, StrictType()]
Count = Annotated[Whole, Field(ge=0)]


@dataclass(frozen=True, init=False)
class Blanks:
    """The `{name}`s a text may hold, declared on its field: `Annotated[Text, Blanks("before", "after")]`. `needed`:
    the text says nothing without them."""

    names: tuple[str, ...]
    needed: bool

    def __init__(self, *names: str, needed: bool = False) -> None:
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "needed", needed)


class Strict(BaseModel):
    """Base of every definition: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
