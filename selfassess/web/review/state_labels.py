"""The states of a file in a network's words: of one file, of several, and the colour of its tag."""

from __future__ import annotations

from dataclasses import dataclass

from selfassess.core.review.acts import CLARIFICATION, SUBMITTED, VALIDATED
from selfassess.store.file_list import ASIDE


@dataclass(frozen=True)
class StateLabel:
    """Colour only where an act is due from the network."""

    one: str
    several: str
    colour: str


STATES = {
    SUBMITTED: StateLabel("À relire", "À relire", "orange"),
    CLARIFICATION: StateLabel("Précisions demandées", "Précisions demandées", "grey"),
    VALIDATED: StateLabel("Relu", "Relus", "grey"),
}
# What a list may be of: a state, or what was set aside in any of them.
LISTS = {**STATES, ASIDE: StateLabel("Indésirable", "Indésirables", "grey")}
