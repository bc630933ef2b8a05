"""Sentences of reasons: a stock text with the answers quoted in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from selfassess.core.answers.answers import View
from selfassess.core.answers.grounds import grounds
from selfassess.core.answers.in_words import DISPUTED, Quote, listed, quote
from selfassess.core.definition.condition import (
    Condition,
    Ref,
    asks_of,
)
from selfassess.core.definition.typography import NBSP
from selfassess.core.definition.verdicts import Side

_VOWELS = tuple("aeiouyhéèêàâîôœ")


class Why(BaseModel):
    """A reason: on which side it speaks, its sentence with the answer in it, the answers it rests on.

    `place`: anchor of what it comes from in the Méthode (`method.in_method` gives its address); None in reports stored
    before there was one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    side: Side
    text: str
    quotes: tuple[Quote, ...] = ()
    source: str | None = None
    points: int | None = None
    place: str | None = None
    help: str | None = None  # who may help, or where to turn: another sentence

    @classmethod
    def of(
        cls,
        reading: Any,
        side: Side,
        text: str,
        refs: Sequence[Ref],
        source: str | None = None,
        points: int | None = None,
        *,
        place: str | None = None,
        context: str | None = None,
        when: Any = None,
        but: bool = False,
    ) -> Why:
        """A reason built from a stock `text` and references to answers. `context`: the item named around it;
        `when`: of several options given together, those this condition tests are quoted; `but`: see `sentence`."""
        tested = options_tested(reading.view, when)
        quotes = tuple(quote(reading.view, ref, tested.get(ref.question)) for ref in grounds(reading.view, refs))
        around = None if context is None else reading.view.positions[context]
        said = sentence(side, text, quotes, around, but=but, unsure=unsure(reading.view, quotes))
        return cls(side=side, text=said, quotes=quotes, source=source, points=points, place=place)


def sentence(
    side: Side,
    text: str,
    quotes: Sequence[Quote],
    context: int | None = None,
    *,
    but: bool = False,
    unsure: Collection[str] = (),
) -> str:
    """One French sentence: `text` (a whole stock sentence) with the answers quoted, each with its question.

    On the unknown side, what is missing « pour savoir si … ». Answers `text` quotes already are not repeated;
    actions are named unless `context` (the position of the one named around it) or `text` does. `but`: `text`
    says what should be, the answers say otherwise (« Il faudrait …, mais vous avez répondu … »). `unsure`: answers
    such as « je ne sais pas », which « une réponse précise » tells without quoting.
    """
    plain = text.replace(NBSP, " ")
    if side == "unknown":
        left = [one for one in quotes if f"« {one.short} »" not in plain]
        if not left:
            return text
        answers = {one.answer for one in left}
        alike = _so_far(left[0], unsure) if len(answers) == 1 else ""  # said once
        names = named_each(left, plain, context)
        each = [f"à {name}{'' if alike else _so_far(one, unsure)}" for name, one in zip(names, left, strict=True)]
        missed = f"{listed(each)}{alike}"
        lead = "votre réponse" if len(left) == 1 else "vos réponses"
        lead = "une réponse précise" if any(answers) else lead
        return f"Il manque {lead} {missed} pour savoir {whether(text)}"
    given = [one for one in quotes if one.answer is not None and f"« {one.answer} »".replace(NBSP, " ") not in plain]
    if not given:
        return text
    names = named_each(given, plain, context)
    told = listed([f"«{NBSP}{one.answer}{NBSP}» à {name}" for name, one in zip(names, given, strict=True)])
    if but:
        return f"{text.rstrip('.')}, mais vous avez répondu {told}."
    if ":" in text or ". " in text:
        return f"{text.rstrip('.')}, d’après {'votre réponse' if len(given) == 1 else 'vos réponses'} {told}."
    return f"{text.rstrip('.')}{NBSP}: vous avez répondu {told}."


def that(text: str) -> str:
    """« Elle dure. » → « qu’elle dure. »"""
    text = lowered(text)
    return f"qu’{text}" if text[:1] in _VOWELS else f"que {text}"


def whether(text: str) -> str:
    """« Il en reste un plan. » → « s’il en reste un plan. »"""
    text = lowered(text)
    return f"s’{text}" if text.startswith(("il ", "ils ")) else f"si {text}"


def lowered(text: str) -> str:
    """As it reads inside a sentence; « PAT » stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def named(one: Quote, plain: str = "", context: int | None = None) -> str:
    """A question between quotation marks, with its action unless `plain` or `context` names it (see `sentence`)."""
    around = one.action is None or one.item == context or one.action.replace(NBSP, " ") in plain
    return f"«{NBSP}{one.short}{NBSP}»" + ("" if around else f" pour «{NBSP}{one.action}{NBSP}»")


def named_each(quotes: Sequence[Quote], plain: str = "", context: int | None = None) -> list[str]:
    """The same for several: an action that questions in a row are about is named once, after the last."""
    follow = [*(one.item for one in quotes[1:]), None]
    return [
        named(one, plain, one.item if one.item == after else context) for one, after in zip(quotes, follow, strict=True)
    ]


def _so_far(one: Quote, unsure: Collection[str]) -> str:
    return f" («{NBSP}{one.answer}{NBSP}» pour l’instant)" if one.answer and one.answer not in unsure else ""


def unsure(view: View, quotes: Sequence[Quote]) -> frozenset[str]:
    """Of the answers quoted, those that are « je ne sais pas »."""
    refs = ((one, one.ref(tuple(view.positions))) for one in quotes if one.answer)
    return frozenset(one.answer or "" for one, ref in refs if any(given.unknown for given in view.option(ref)))


def why_all(reading: Any, refs: tuple[Ref, ...]) -> tuple[Why, ...]:
    """One « unknown » reason per reference: a list of questions to go back to."""
    view = reading.view
    return tuple(
        Why(
            side="unknown", text=_question_text(view, ref), quotes=(quote(view, ref),), place=f"question-{ref.question}"
        )
        for ref in refs
    )


def _question_text(view: View, ref: Ref) -> str:
    text = view.questionnaire.every[ref.question].text
    return f"{text} – {DISPUTED[0].lower()}{DISPUTED[1:]}" if ref in view.disputed else text


def options_tested(view: View, condition: Condition | None) -> dict[str, frozenset[str]]:
    """By question, the options a condition tests; nothing for no condition."""
    found: dict[str, frozenset[str]] = {}
    for ask in asks_of(condition, view.conditions):
        if ask.in_ is not None:
            found[ask.question] = found.get(ask.question, frozenset()) | frozenset(ask.in_)
    return found


def first_sentence(text: str) -> str:
    """What comes before the second sentence, its full stop included."""
    return text.split(". ", 1)[0].rstrip(".") + "."
