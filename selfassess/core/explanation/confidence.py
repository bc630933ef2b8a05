"""How sure a reading is, what it hangs on and what would settle a category, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import Quote, answer_text, in_letters, listed, quote
from selfassess.core.definition.condition import Blank, Ref
from selfassess.core.definition.report_texts import ConfidenceTexts
from selfassess.core.definition.typography import NBSP
from selfassess.core.definition.typology import DeskTitle, Phrases, Wording
from selfassess.core.explanation.parts import StandingPart
from selfassess.core.explanation.sentence import named, named_each
from selfassess.core.reading.profile import PlacedCategory
from selfassess.core.reading.reading import Reading
from selfassess.core.sensitivity.robustness import (
    FEW,
    Outlook,
    SettlingAnswer,
    changed,
    holds_to,
    outlook,
    reading_outlook,
    remainder_holds_to,
)

Outlooks = Mapping[str, Outlook]  # by category, of those undecided


def outlooks(reading: Reading) -> Outlooks:
    """What would settle each undecided category: searched once, said in several places."""
    typology, view = reading.edition.typology, reading.view
    return {
        one.category.id: outlook(typology, view, one) for one in reading.profile.placed if one.verdict == "undecided"
    }


def category_standing(reading: Reading, placed: PlacedCategory, seen: Outlooks) -> StandingPart:
    """What a link's verdict hangs on. Nothing is said of one ruled out: its reasons say it all."""
    typology, view = reading.edition.typology, reading.view
    phrases = typology.phrases
    if placed.verdict == "assigned":
        quotes = tuple(quote(view, ref) for ref in holds_to(typology, view, placed))
        context = view.positions[placed.best.item] if placed.best else None
        told = (_holds(phrases.holds, phrases, quotes, context),)
        return StandingPart(margin=placed.low - typology.threshold, holds=quotes, sentences=told)
    if placed.verdict == "undecided":
        part = _open(reading, seen[placed.category.id])
        if reading.profile.leaning == placed.category.id:
            part = part.model_copy(update={"sentences": (phrases.leaning, *part.sentences)})
        return part
    return StandingPart()


def remainder_standing(reading: Reading, seen: Outlooks) -> StandingPart:
    """The same for the remainder: what its reading hangs on, or what would say which one it is. While a link is
    open, an answer that assigns it rules the remainder out."""
    found, typology, view = reading.profile, reading.edition.typology, reading.view
    if found.remainder == "undecided":
        return _remainder_open(reading, seen)
    if found.remainder == "ruled_out":
        return StandingPart()
    quotes = tuple(quote(view, ref) for ref in remainder_holds_to(typology, view, found))
    phrases = typology.phrases
    said = (_holds(phrases.holds_remainder, phrases, quotes),) if quotes else ()
    if found.reading is not None:
        return StandingPart(holds=quotes, sentences=said)
    part = _open(reading, reading_outlook(view, found))
    return part.model_copy(update={"holds": quotes, "sentences": (*part.sentences, *said)})


def _remainder_open(reading: Reading, seen: Outlooks) -> StandingPart:
    view, phrases = reading.view, reading.edition.typology.phrases
    assigning = [one.ref for found in seen.values() for one in found.alone if "assigned" in one.values]
    if not assigning:
        refs = [ref for found in seen.values() for ref in found.together]
        return _open(reading, Outlook(together=tuple(dict.fromkeys(refs))))
    quotes = tuple(quote(view, ref) for ref in dict.fromkeys(assigning))
    said = phrases.link_settles.format(questions=" ou à ".join(named(one) for one in quotes[: FEW - 1]))
    return StandingPart(settles=quotes, alone=True, sentences=(said,))


def _holds(text: str, phrases: Phrases, quotes: Sequence[Quote], context: int | None = None) -> str:
    if not quotes:
        return phrases.holds_nothing
    one = "cette réponse" if len(quotes) == 1 else "l’une de ces réponses"
    return text.format(answers=listed(named_each(quotes, context=context)), one=one)


def _open(reading: Reading, found: Outlook) -> StandingPart:
    view, phrases = reading.view, reading.edition.typology.phrases
    refs = tuple(one.ref for one in found.alone) or found.together
    quotes = tuple(quote(view, ref) for ref in refs)
    if refs and refs[0].question == view.questionnaire.group.id:
        said = phrases.group_open.format(questions=named(quotes[0]))
    elif found.alone and found.alone[0].always:
        sure = [quote(view, one.ref) for one in found.alone if one.always]
        said = phrases.settles.format(questions=" ou à ".join(named(one) for one in sure))
    elif found.alone:
        first = found.alone[0]
        said = phrases.may_settle.format(questions=named(quotes[0]), outcomes=_outcomes(reading, first))
    elif len(quotes) <= FEW:
        said = phrases.together.format(questions=listed(named_each(quotes)))
    else:
        said = phrases.too_many.format(questions=listed(named_each(quotes[: FEW - 1])))
    return StandingPart(settles=quotes, alone=bool(found.alone), sentences=(said,))


def _outcomes(reading: Reading, one: SettlingAnswer) -> str:
    phrases, view = reading.edition.typology.phrases, reading.view
    named_as = {rule.id: rule.words.plain for rule in reading.edition.typology.remainder.readings}
    forms: Mapping[str, str] = {"assigned": phrases.assigned_by, "ruled_out": phrases.ruled_out_by}
    told = [
        forms.get(to, phrases.reading_by).format(answer=_said(view, one.ref, value), title=named_as.get(to, ""))
        for to, value in sorted(one.values.items())
    ]
    return f"{NBSP}; ".join(told)


def _said(view: View, ref: Ref, value: Any) -> str:
    return answer_text(changed(view, ref, value), ref) or ""


def provisional(reading: Reading, seen: Outlooks, *, desk: bool = False) -> str | None:
    """S6: the categories that may come first, and the answers that would say so."""
    found, view = reading.profile, reading.view
    if not found.provisional_by:
        return None
    refs: list[Ref] = []
    for one in found.provisional_by:
        found_by = seen[one.category.id]
        refs += [settler.ref for settler in found_by.alone[:1]] or found_by.together[:2]
    quotes = [quote(view, ref) for ref in dict.fromkeys(refs)]
    names = listed([f"«{NBSP}{titles(one.category.words, desk).plain}{NBSP}»" for one in found.provisional_by])
    lead = "la réponse à " if len(quotes) == 1 else "les réponses à "
    answers = lead + listed(named_each(quotes[: FEW - 1]))
    return reading.edition.typology.phrases.provisional.format(
        names=names, may="peut" if len(found.provisional_by) == 1 else "peuvent", answers=answers
    )


def how_sure(texts: ConfidenceTexts, reading: Reading) -> str:
    """How sure the reading is, in words: what contradicts, what is missing, what comes close; or that answers agree."""
    found, typology = reading.profile, reading.edition.typology
    told = [texts.conflict.format(subjects=listed(subjects))] if (subjects := _subjects(reading)) else []
    open_ = found.principal is None or bool(found.provisional_by)
    if open_ and reading.settling:
        told.append(texts.missing.format(answers=in_letters(reading.settling, "réponse")))
    if (
        found.principal is not None
        and found.category(found.principal).low - typology.threshold < typology.strong_margin
    ):
        beside = [found.category(one).category.words for one in found.order[1:2]]
        told.append(texts.close.format(other=beside[0].plain if beside else remainder_title(reading)))
    return " ".join(told) or texts.agree


def _subjects(reading: Reading) -> tuple[str, ...]:
    """The questions whose answers contradict each other, where the reading rests on them."""
    found, view = reading.profile, reading.view
    best = found.category(found.principal).best if found.principal is not None else None
    refs = [
        ref
        for one in found.conflicts
        if found.principal is None or (best and any(ref.item == best.item for ref in one.refs))
        for ref in one.refs
    ]
    return tuple(
        dict.fromkeys(
            named(quote(view, ref), context=None if ref.item is None else view.positions[ref.item]) for ref in refs
        )
    )


def titles(words: Wording, desk: bool) -> Wording | DeskTitle:
    """The titles of a reading as said to the territory, or of it at the desk."""
    return (desk and words.desk) or words


def remainder_title(reading: Reading, *, desk: bool = False) -> str:
    """What remains, for somebody who never heard of the study: which reading of it, or that actions changed nothing."""
    words, found = titles(reading.edition.typology.remainder.words, desk), reading.profile
    if words.acted and not isinstance(reading.view.actions, Blank) and reading.view.actions:
        return words.acted
    return titles(found.reading.words, desk).plain if found.reading is not None else words.plain
