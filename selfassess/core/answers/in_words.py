"""Answers said in words and quoted, and the small grammar of what surrounds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from textwrap import shorten
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from selfassess.core.answers.answers import View
from selfassess.core.answers.items import LABEL
from selfassess.core.definition.condition import Ref, Territory
from selfassess.core.definition.questionnaire import QuestionKind, Questionnaire, StructureType
from selfassess.core.definition.typography import NARROW, NBSP

DISPUTED = "Deux réponses, une à choisir"
UNANSWERED = "Non renseigné"
FEW_CLAUSES = 2
LONGEST_NAME = 80  # letters of the name of an action on page one
BETWEEN = " | "  # options in one cell of a table
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
LETTERS = ("aucune", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")
Cell = str | int | date | None  # of a table: a number or a day stays one


_CONTRACTIONS = (  # where a name follows, written by an author as it stands alone
    (re.compile(r"\b([Aa]uprès|jour) de [Ll]e "), r"\1 du "),
    (re.compile(r"\b([Aa]uprès|jour) de [Ll]es "), r"\1 des "),
    (re.compile(r"\b([Aa]uprès|jour) de (?=[aeiouéèêàâîôœ])", re.IGNORECASE), r"\1 d’"),
)


class Quote(BaseModel):
    """An answer quoted: the question in short, the answer in words (None when missing), where it is.

    `item` is the position of the item (0 = first), as stored reports say it; `ref` gives back the address.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    question: str
    item: int | None
    short: str
    action: str | None
    answer: str | None

    def ref(self, items: Sequence[str]) -> Ref:
        """The address of the answer, in a file whose items have these ids."""
        return Ref(self.question, None if self.item is None else items[self.item])


def contracted(text: str) -> str:
    """« Auprès de le rectorat » → « auprès du rectorat », « auprès de Europe Direct » → « auprès d’Europe Direct »."""
    for sign, said in _CONTRACTIONS:
        text = sign.sub(said, text)
    return text


def asked_of(body: str) -> str:
    """« à l’AFD », « au secrétariat », « aux services » : whom to ask, written by an author as it stands alone."""
    for article, said in (("le ", "au "), ("les ", "aux ")):
        if body.lower().startswith(article):
            return said + body[len(article) :]
    return f"à {body}"


def listed(parts: Sequence[str], last: str = "et") -> str:
    """« a, b et c »; `last`: the word before the last one."""
    return f" {last} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def in_letters(count: int, noun: str) -> str:
    """« une réponse », « six réponses », « 17 réponses »; the noun is feminine."""
    said = LETTERS[count] if count < len(LETTERS) else str(count)
    return f"{said}{NBSP}{noun}{'s' if count > 1 else ''}"


def counted(count: int, noun: str) -> str:
    """« 1 point », « 3 points »."""
    return f"{count}{NBSP}{noun}{'s' if count > 1 else ''}"


def quote(view: View, ref: Ref, among: frozenset[str] | None = None) -> Quote:
    """An answer as quoted; of options given together, those `among` if there are any."""
    question = view.questionnaire.every.get(ref.question)
    return Quote(
        question=ref.question,
        item=None if ref.item is None else view.positions[ref.item],
        short=question.short if question else ref.question,
        action=None if ref.item is None else item_name(view, ref.item),
        answer=answer_text(view, ref, among),
    )


class SaidAnswer(NamedTuple):
    """An answer as quoted, and inside a sentence: its clauses, one per option. Reports keep the sentences made of them,
    and the quote."""

    quote: Quote
    clauses: tuple[str, ...] = ()


def said_answer(view: View, ref: Ref, among: frozenset[str] | None = None) -> SaidAnswer:
    """`among`: see `quote`. Of an action, where nothing tells which count, the first two."""
    clauses = clauses_of(view, ref, among)
    return SaidAnswer(quote(view, ref, among), clauses[:FEW_CLAUSES] if ref.item and not among else clauses)


def item_name(view: View, item: str) -> str:
    """The label given to an action, or its rank (« Action 1 »)."""
    label = view.given(Ref(LABEL, item))
    return str(label) if label else f"{view.questionnaire.item.noun.capitalize()}{NBSP}{view.positions[item] + 1}"


def short_item_name(view: View, item: str) -> str:
    """The same, cut after a word where it would fill the page."""
    return shorten(item_name(view, item), LONGEST_NAME, placeholder="…").replace(",…", "…")


def number(value: int) -> str:
    """French thousands: 1 234 567 with narrow no-break spaces."""
    return f"{value:,}".replace(",", NARROW)


def day_in_words(day: date) -> str:
    """« 1er décembre 2026 », with no-break spaces."""
    return f"{'1er' if day.day == 1 else day.day}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def answer_text(view: View, ref: Ref, among: frozenset[str] | None = None) -> str | None:
    """An answer in words, « je ne sais pas » included; None when there is none. `among`: see `quote`."""
    if ref in view.disputed:
        return DISPUTED
    question = view.questionnaire.every.get(ref.question)
    if question is None:
        return None
    raw = view.given(ref)
    if raw is None:
        return None
    if not question.form.options:
        return OTHER_WORDS[question.kind].text(view.questionnaire, raw)
    chosen = view.option(ref)
    chosen = tuple(one for one in chosen if among and one.id in among) or chosen
    texts = [option.text for option in chosen]
    if question.form.ranked and len(texts) > 1:
        return f"{NBSP}; ".join(f"{at}. {text}" for at, text in enumerate(texts, 1))
    return f"{NBSP}; ".join(texts)


def clauses_of(view: View, ref: Ref, among: frozenset[str] | None = None) -> tuple[str, ...]:
    """An answer inside a sentence: the clause of each option given, or their number where that is what is read; none of
    what says nothing. `among`: see `quote`."""
    question, raw = view.questionnaire.every.get(ref.question), view.given(ref)
    if question is None or raw is None or ref in view.disputed:
        return ()
    if not question.form.options:
        words = OTHER_WORDS[question.kind].clause
        return words(view) if words is not None else ()
    chosen = [one for one in view.option(ref) if not one.unknown]
    chosen = [one for one in chosen if among and one.id in among] or chosen
    if question.clause is not None and len(chosen) > 1 and not among:
        return (question.clause.format(count=len(chosen)),)
    return tuple(one.clause for one in chosen if one.clause is not None)


def territory_clauses(view: View, fields: Sequence[str] = ("type",)) -> tuple[str, ...]:
    """What `fields` of the territory say inside a sentence; its type, where one of them has no words."""
    return tuple(dict.fromkeys(said for name in fields if (said := _territory_clause(view, name))))


def _territory_clause(view: View, name: str) -> str | None:
    question, given, codes = view.questionnaire.territory, view.territory, view.departements
    if name == "population" and isinstance(people := given.get(name), int):
        band = next((one.clause for one in question.bands if one.id == given.get("band")), None)
        return band or f"votre structure compte {number(people)}{NBSP}habitants"
    if name == "departement" and codes:
        where = f"les départements {listed(codes)}" if len(codes) > 1 else f"le département {codes[0]}"
        return f"votre territoire est dans {where}"
    return next((one.clause for one in question.types if one.id == given.get("type")), None)


def _counted(questionnaire: Questionnaire, items: Sequence[object]) -> str:
    count, noun = len(items), questionnaire.item.noun
    return f"{count}{NBSP}{noun}{'s' if count > 1 else ''}" if count else f"Aucune{NBSP}{noun}"


def answer_alone(questionnaire: Questionnaire, question: str, value: object) -> str | None:
    """An answer to a question in words, wherever it is given."""
    ref, answers = Ref(question), {question: value}
    if question in questionnaire.items:
        ref, answers = Ref(question, "0"), {questionnaire.group.id: [{question: value}]}
    return answer_text(View(questionnaire, answers), ref)


def type_of_structure(one: StructureType) -> str:
    """What is said of a territory after its name: « intercommunalité »."""
    name = one.short or one.text
    return name[0].lower() + name[1:]


def _territory_text(questionnaire: Questionnaire, raw: Territory) -> str:
    """« Nom, type de structure, 30 000 habitants »: what is known of it."""
    question = questionnaire.territory
    parts = [str(raw["name"])]
    parts += [type_of_structure(one) for one in question.types if one.id == raw.get("type")]
    band = next((one.text for one in question.bands if one.id == raw.get("band")), None)
    if band:
        parts.append(band[0].lower() + band[1:])
    elif isinstance(people := raw.get("population"), int):
        parts.append(f"{number(people)}{NBSP}habitants")
    return ", ".join(parts)


class KindWords(NamedTuple):
    """How the answer to a kind of question is said: as `text`; as a `clause` of a sentence, where it has one."""

    text: Callable[[Questionnaire, Any], str]
    clause: Callable[[View], tuple[str, ...]] | None = None


# Of each kind that is not made of options.
OTHER_WORDS: dict[QuestionKind, KindWords] = {
    "territory": KindWords(_territory_text, territory_clauses),
    "list": KindWords(_counted),
}
