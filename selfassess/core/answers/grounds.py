"""The answers a reason comes down to: of a question that is not asked, or may not be, those that say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfassess.core.answers.answers import View
from selfassess.core.definition.condition import Blank, Ref, because


def grounds(view: View, refs: Sequence[Ref]) -> tuple[Ref, ...]:
    """The answers `refs` come down to: of a question that is not asked, those that hide it. If an answer and its gate
    are both missing, both count: the gate may settle the reason by itself."""
    return tuple(dict.fromkeys(one for ref in refs for one in _grounds(view, ref)))


def _grounds(view: View, ref: Ref) -> Iterator[Ref]:
    question = view.questionnaire.every.get(ref.question)
    scope = view.within(ref.item)
    when = question.asked_when if question else None
    shown = True if when is None else scope.asked(ref.question)
    if shown is not False:  # what is given behind a question that is not known counts too
        yield ref
    if shown or (shown is None and scope.value(ref.question) is not Blank.UNKNOWN):
        return
    for one in because(when, scope) if when is not None else ():
        yield from _grounds(view, one)
