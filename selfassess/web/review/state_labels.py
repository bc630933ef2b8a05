"""The states of a file in a network's words: of one file, of several, and the colour of its tag."""

from __future__ import annotations

from dataclasses import dataclass

from selfassess.core.review.acts import CLARIFICATION, SUBMITTED, VALIDATED
from selfassess.store.file_list import ASIDE


@dataclass(frozen=True)
class Words:
    """Colour only where an act is due from the network."""

    one: str
    several: str
    colour: str


STATES = {
    SUBMITTED: Words("À relire", "À relire", "orange"),
    CLARIFICATION: Words("Précisions demandées", "Précisions demandées", "grey"),
    VALIDATED: Words("Relu", "Relus", "grey"),
}
# What a list may be of: a state, or what was set aside in any of them.
LISTS = {**STATES, ASIDE: Words("Indésirable", "Indésirables", "grey")}
