"""What a network sees of its files together, as data outside editions: `network.yaml`.

Apart: no report rests on it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from selfassess.core.definition.strict import Id, Strict


class GivenOption(Strict):
    question: Id
    option: Id


class NetworkRules(Strict):
    """`pictured`: the questions whose answers are counted, in that order. `wanted`: what is answered of an action that
    is thought of."""

    pictured: Annotated[tuple[Id, ...], Field(min_length=1)]
    wanted: GivenOption
