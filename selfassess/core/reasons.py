"""Answers said in words, and reasons that quote them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from selfassess.core.answers import LABEL, View
from selfassess.core.condition import Ref

NARROW = "\u202f"
NBSP = "\u00a0"
DISPUTED = "Deux réponses, une à choisir"


class Quote(BaseModel):
    """An answer quoted: the question in short, the answer in words (None when missing), where it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    question: str
    item: int | None
    short: str
    action: str | None
    answer: str | None


class Why(BaseModel):
    """A reason: on which side it speaks, its sentence, the answers it rests on."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    side: Literal["for", "against", "unknown"]
    text: str
    quotes: tuple[Quote, ...] = ()
    source: str | None = None
    points: int | None = None

    @classmethod
    def of(
        cls,
        reading: Any,
        side: Any,
        text: str,
        refs: tuple[Ref, ...],
        source: str | None = None,
        points: int | None = None,
    ) -> Why:
        """A reason built from references to answers."""
        quotes = tuple(quote(reading.view, ref) for ref in refs)
        return cls(side=side, text=text, quotes=quotes, source=source, points=points)


def why_all(reading: Any, refs: tuple[Ref, ...]) -> tuple[Why, ...]:
    """One « unknown » reason per reference: a list of questions to go back to."""
    return tuple(Why.of(reading, "unknown", _question_text(reading.view, ref), (ref,)) for ref in refs)


def _question_text(view: View, ref: Ref) -> str:
    text = view.questionnaire.every[ref.question].text
    return f"{text} – {DISPUTED[0].lower()}{DISPUTED[1:]}" if ref in view.disputed else text


def quote(view: View, ref: Ref) -> Quote:
    question = view.questionnaire.every.get(ref.question)
    return Quote(
        question=ref.question,
        item=ref.item,
        short=question.short if question else ref.question,
        action=None if ref.item is None else item_name(view, ref.item),
        answer=answer_text(view, ref),
    )


def item_name(view: View, item: int) -> str:
    """The label given to an action, or its rank (« Action 1 »)."""
    items = view.answers.get(view.questionnaire.group.id) or []
    label = items[item].get(LABEL) if item < len(items) else None
    noun = view.questionnaire.item.noun.capitalize()
    return label or f"{noun}{NBSP}{item + 1}"


def number(value: int) -> str:
    """French thousands: 1 234 567 with narrow no-break spaces."""
    return f"{value:,}".replace(",", NARROW)


def answer_text(view: View, ref: Ref) -> str | None:
    """An answer in words, « je ne sais pas » included; None when there is none."""
    if ref in view.disputed:
        return DISPUTED
    question = view.questionnaire.every.get(ref.question)
    if question is None:
        return None
    raw: Any = view.answers.get(ref.question)
    if ref.item is not None:
        raw = view.answers[view.questionnaire.group.id][ref.item].get(ref.question)
    if raw is None:
        return None
    if question.kind == "territory":
        return territory_text(view, raw)
    if question.kind == "list":
        return f"{len(raw)}{NBSP}{question.item.noun if question.item else ''}{'s' if len(raw) > 1 else ''}"
    if isinstance(raw, int):
        return f"{number(raw)}{NBSP}{question.unit}" if question.unit else number(raw)
    texts = [option.text for option in view.option(ref)]
    if question.kind == "ranked" and len(texts) > 1:
        return f"{NBSP}; ".join(f"{at}. {text}" for at, text in enumerate(texts, 1))
    return f"{NBSP}; ".join(texts)


def territory_text(view: View, raw: dict[str, Any]) -> str:
    """« Nom, type de structure, 30 000 habitants »: what is known of it."""
    question = view.questionnaire.territory
    parts = [raw["name"]]
    kind = next((one.text for one in question.types if one.id == raw.get("type")), None)
    if kind:
        parts.append(kind[0].lower() + kind[1:])
    band = next((one.text for one in question.bands if one.id == raw.get("band")), None)
    if band:
        parts.append(band[0].lower() + band[1:])
    elif isinstance(raw.get("population"), int):
        parts.append(f"{number(raw['population'])}{NBSP}habitants")
    return ", ".join(parts)
