"""Margin, « tient à : … » and what would settle a category, in sentences; why a reading is only probable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import Quote, answer_text, counted, listed, quote
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.typography import NBSP
from selfassess.core.definition.typology import Phrases
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

PROBABLE = "moyenne"  # the confidence that has to say why
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
        margin, held = placed.low - typology.threshold, holds_to(typology, view, placed)
        quotes = tuple(quote(view, ref) for ref in held)
        said = phrases.margin.format(points=points(margin)) if margin else phrases.no_margin
        context = view.positions[placed.best.item] if placed.best else None
        unsure = _unsure(reading, seen) if placed.category.id == reading.profile.principal else ()
        told = (said, _holds(phrases.holds, phrases, quotes, context), *unsure)
        return StandingPart(margin=margin, holds=quotes, sentences=told)
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
    said = (*said, *_unsure(reading, seen))
    if found.reading is not None:
        return StandingPart(holds=quotes, sentences=said)
    part = _open(reading, reading_outlook(view, found))
    return part.model_copy(update={"holds": quotes, "sentences": (*part.sentences, *said)})


def _unsure(reading: Reading, seen: Outlooks) -> tuple[str, ...]:
    """Why the reading is only probable, and what may come before it."""
    why, overtaken = why_not_sure(reading), provisional(reading, seen)
    probable = reading.edition.typology.phrases.probable.format(why=why)
    return (*((probable,) if why else ()), *((overtaken,) if overtaken else ()))


def _remainder_open(reading: Reading, seen: Outlooks) -> StandingPart:
    view, phrases = reading.view, reading.edition.typology.phrases
    assigning = [one.ref for found in seen.values() for one in found.alone if "assigned" in one.values]
    if not assigning:
        refs = [ref for found in seen.values() for ref in found.together]
        return _open(reading, Outlook(together=tuple(dict.fromkeys(refs))))
    quotes = tuple(quote(view, ref) for ref in dict.fromkeys(assigning))
    said = phrases.link_settles.format(questions=" ou à ".join(named(one) for one in quotes[: FEW - 1]))
    return StandingPart(settles=quotes, alone=True, sentences=(said,))


def points(count: int) -> str:
    return counted(count, "point")


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
    titles = {rule.id: rule.words.title for rule in reading.edition.typology.remainder.readings}
    forms: Mapping[str, str] = {"assigned": phrases.assigned_by, "ruled_out": phrases.ruled_out_by}
    told = [
        forms.get(to, phrases.reading_by).format(answer=_said(view, one.ref, value), title=titles.get(to, ""))
        for to, value in sorted(one.values.items())
    ]
    return f"{NBSP}; ".join(told)


def _said(view: View, ref: Ref, value: Any) -> str:
    return answer_text(changed(view, ref, value), ref) or ""


def provisional(reading: Reading, seen: Outlooks) -> str | None:
    """S6: the categories that may come first, and the answers that would say so."""
    found, view = reading.profile, reading.view
    if not found.provisional_by:
        return None
    refs: list[Ref] = []
    for one in found.provisional_by:
        found_by = seen[one.category.id]
        refs += [settler.ref for settler in found_by.alone[:1]] or found_by.together[:2]
    quotes = [quote(view, ref) for ref in dict.fromkeys(refs)]
    names = listed([f"«{NBSP}{one.category.words.title}{NBSP}»" for one in found.provisional_by])
    lead = "votre réponse à " if len(quotes) == 1 else "vos réponses à "
    answers = lead + listed(named_each(quotes[: FEW - 1]))
    return reading.edition.typology.phrases.provisional.format(
        names=names, may="peut" if len(found.provisional_by) == 1 else "peuvent", answers=answers
    )


def why_not_sure(reading: Reading) -> str:
    """What keeps a probable reading from being sure."""
    found, typology = reading.profile, reading.edition.typology
    phrases: Phrases = typology.phrases
    told: list[str] = []
    if found.confidence != PROBABLE:
        return ""
    if found.principal is None:
        told += [phrases.why_readings] if found.reading is None else []
        told += [phrases.why_conflict] if found.conflicts else []
        return listed(told)
    head = found.category(found.principal)
    margin = head.low - typology.threshold
    if margin < typology.strong_margin:
        told.append(phrases.why_margin.format(points=points(margin)) if margin else phrases.why_no_margin)
    if found.troubled:
        told.append(phrases.why_conflict)
    if found.provisional_by and not told:  # told beside, by `provisional`
        told.append(phrases.why_overtaken)
    return listed(told)
