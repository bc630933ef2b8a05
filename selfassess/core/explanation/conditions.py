"""A condition → plain French, from the short names of questions and the texts of their options.

`say` gives a `ConditionText`: one phrase, or a heading (« Toutes ces conditions ») and its parts. `phrase` puts it on
one line. The words are those an author reads in the definitions; nothing is known here of any question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from selfassess.core.answers.in_words import listed, number
from selfassess.core.definition.condition import (
    All,
    AnyOf,
    Ask,
    Is,
    IsCategory,
    IsGate,
    IsReading,
    Not,
    Some,
)
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Option, Question
from selfassess.core.definition.typography import NBSP

ALL, ANY = "Toutes ces conditions", "L’une au moins de ces conditions"
NOT_ALL, NOT_ANY = "Pas toutes ces conditions à la fois", "Aucune de ces conditions"
PLACES = ("en premier", "en second", "en troisième")
FIELDS = {"code": "code officiel", "departement": "département"}
MANY = 5  # from as many options as that, those left out are named when they are fewer


@dataclass(frozen=True)
class ConditionText:
    """`text` alone, or `text` as the heading of `parts`. `join`: how the parts read on one line."""

    text: str
    parts: tuple[ConditionText, ...] = ()
    join: str = ""

    @property
    def listed(self) -> bool:
        """Is it easier read as a list: three parts or more, or a part that has parts itself?"""
        return len(self.parts) > 2 or any(one.parts for one in self.parts)


def say(condition: Any, edition: Edition) -> ConditionText:
    """The condition in words. A question this edition does not ask is said to be so."""
    match condition:
        case Ask():
            return ConditionText(_ask(condition, edition))
        case Some():
            return _some(condition, edition)
        case Is(is_=name):
            return say(edition.typology.conditions[name], edition)
        case IsCategory(category=name):
            return ConditionText(f"catégorie retenue{NBSP}: {_title(edition, name)}")
        case IsReading(reading=name):
            titles = {rule.id: rule.words.title for rule in edition.typology.remainder.readings}
            return ConditionText(f"lecture affichée{NBSP}: {quoted([titles.get(name, name)])}")
        case IsGate(gate=name):
            return ConditionText(f"porte ouverte{NBSP}: {_title(edition, name)}")
        case All(all=parts):
            return _group(ALL, f"{NBSP}; et ", All, parts, edition)
        case AnyOf(any=parts):
            return _group(ANY, f"{NBSP}; ou ", AnyOf, parts, edition)
        case Not(not_=part):
            return _not(part, edition)
    raise TypeError(type(condition).__name__)


def phrase(said: ConditionText) -> str:
    """On one line: « Début : « … » ; et (État : « … » ; ou Pilote : « … ») »."""
    if not said.parts:
        return said.text
    told = [f"({phrase(one)})" if one.parts else one.text for one in said.parts]
    body = said.join.join(told)
    return body if said.text in {ALL, ANY} else f"{said.text[0].lower()}{said.text[1:]}{NBSP}: {body}"


def quoted(texts: Sequence[str], last: str = "ou") -> str:
    """« a », « b » ou « c »."""
    inner = [one.replace(f"«{NBSP}", "“").replace(f"{NBSP}»", "”") for one in texts]
    return listed([f"«{NBSP}{one}{NBSP}»" for one in inner], last)


def _title(edition: Edition, name: str) -> str:
    remainder = edition.typology.remainder
    titles = {one.id: one.words.title for one in edition.typology.categories} | {remainder.id: remainder.words.title}
    return quoted([titles.get(name, name)])


def _group(heading: str, join: str, kind: type, parts: Sequence[Any], edition: Edition) -> ConditionText:
    """Parts of the same kind are laid flat: « a et (b et c) » is « a et b et c »."""
    told: list[ConditionText] = []
    for part in parts:
        one = say(part, edition)
        told.extend(one.parts if one.parts and one.text == heading else [one])
    return told[0] if len(told) == 1 else ConditionText(heading, tuple(told), join)


def _some(some: Some, edition: Edition) -> ConditionText:
    item, several = edition.questionnaire.item.noun, some.at_least > 1
    items = f"{number(some.at_least)}{NBSP}{item}s au moins" if several else f"une {item} au moins"
    if some.where is None:
        return ConditionText(items)
    inner = say(some.where, edition)
    if not inner.parts:
        return ConditionText(f"{items}, avec{NBSP}: {inner.text}")
    same = "toutes ces conditions" if inner.text == ALL else inner.text[0].lower() + inner.text[1:]
    fill = "remplissent chacune" if several else "remplit"
    return ConditionText(f"{items[0].upper()}{items[1:]} {fill} {same}", inner.parts, inner.join)


def _not(part: Any, edition: Edition) -> ConditionText:
    if isinstance(part, Some) and part.where is None and part.at_least == 1:
        return ConditionText(f"aucune {edition.questionnaire.item.noun}")
    inner = say(part, edition)
    if inner.parts:
        heading = {ALL: NOT_ALL, ANY: NOT_ANY}.get(inner.text, f"Sauf si{NBSP}: {inner.text.lower()}")
        return ConditionText(heading, inner.parts, inner.join)
    question = edition.questionnaire.every.get(getattr(part, "question", ""))
    if question is None or part.in_ is None or part.field is not None:
        return ConditionText(f"sauf{NBSP}: {inner.text}")
    unasked = ", ou question non posée" if question.asked_when is not None else ""
    return ConditionText(f"{question.short}{NBSP}: pas {_options(question, part.in_)}{unasked}")


def _ask(ask: Ask, edition: Edition) -> str:
    question = edition.questionnaire.every.get(ask.question)
    zone = edition.questionnaire.doors.derives
    if zone is not None and zone.question == ask.question:
        return _zone(question, ask, zone.near(ask.in_ or ()))
    if question is None:
        return "une question que cette édition ne pose pas"
    if ask.field is not None:
        return f"{question.short}{NBSP}: {_field(question, ask)}"
    if ask.in_ is None:
        return f"{question.short}{NBSP}: {_measure(question, ask)}"
    place = "" if ask.place is None else f", {PLACES[ask.place - 1]}"
    return f"{question.short}{place}{NBSP}: {_options(question, ask.in_)}"


def _zone(question: Question | None, ask: Ask, within: bool) -> str:
    """What answers that question: the territory itself, else the zone of its départements."""
    told = f"département {'dans' if within else 'hors de'} la zone d’un programme"
    if question is None:
        return told
    return f"{question.short}{NBSP}: {_options(question, ask.in_ or ())}{NBSP}; sans réponse, {told}"


def _options(question: Question, ids: Sequence[str]) -> str:
    return _among({one.id: one.text for one in question.options if not one.unknown}, ids, "réponse connue")


def _among(texts: Mapping[str, str], ids: Sequence[str], noun: str) -> str:
    """Those named, or « toute réponse sauf … » when that is shorter to read."""
    left = [text for name, text in texts.items() if name not in ids]
    if len(ids) >= MANY and len(left) < len(ids):
        return f"toute {noun}{f' sauf {quoted(left)}' if left else ''}"
    met = [text for name, text in texts.items() if name in ids]
    return quoted(met) if met else "une réponse que cette édition ne propose pas"


def _names(options: Sequence[Option]) -> str:
    return quoted([one.text for one in options])


def _field(question: Question, ask: Ask) -> str:
    types = {one.id: one.text for one in question.types}
    if ask.known is not None:
        return f"{FIELDS.get(ask.field or '', ask.field)} {'connu' if ask.known else 'inconnu'}"
    if ask.in_ is None:
        return _bounds(ask, "habitant")
    if all(one in types for one in ask.in_):
        return _among(types, ask.in_, "structure")
    return f"{FIELDS.get(ask.field or '', ask.field)} {' ou '.join(ask.in_)}"


def _measure(question: Question, ask: Ask) -> str:
    """An ordinal question names its options; a multiple one counts."""
    if question.form.several:
        return _bounds(ask, "réponse")
    levels = {one.id: one.level for one in question.options if one.level is not None}
    low = -1 if ask.at_least is None else ask.at_least
    high = max(levels.values(), default=0) if ask.at_most is None else ask.at_most
    met = [one for one in question.options if one.level is not None and low <= one.level <= high]
    if len(met) < 3 or len(set(levels.values())) < len(levels):
        return _names(met) if met else "une réponse que cette édition ne propose pas"
    if ask.at_most is None:
        return f"à partir de {_names(met[:1])}"
    return f"de {_names(met[:1])} à {_names(met[-1:])}"


def _bounds(ask: Ask, one: str) -> str:
    bounds = [
        (word, count) for word, count in (("au moins", ask.at_least), ("au plus", ask.at_most)) if count is not None
    ]
    unit = one if max(count for _, count in bounds) < 2 else f"{one}s"
    return f"{' et '.join(f'{word} {number(count)}' for word, count in bounds)}{NBSP}{unit}"
