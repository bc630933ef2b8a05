"""Sentences of reasons: a stock text with the answers in it, said by their clauses, or quoted in an annex."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from selfassess.core.answers.answers import View
from selfassess.core.answers.grounds import grounds
from selfassess.core.answers.in_words import DISPUTED, Quote, SaidAnswer, in_letters, listed, quote, said_answer
from selfassess.core.definition.condition import (
    Condition,
    Ref,
    asks_of,
)
from selfassess.core.definition.typography import NBSP
from selfassess.core.definition.verdicts import Side

_VOWELS = tuple("aeiouyhéèêàâîôœ")
ANSWERS = "{answers}"  # where a stock text wants the answers
MOST_NAMED = 2  # missing answers named in one sentence
LONG = 28  # words; what would be longer is two sentences
QUOTED = re.compile("«[^»]*»")
# Subjects that clauses may share, the longest first.
HEADS = ("vous", "votre PAT", "votre territoire", "votre structure", "vos actions", "l’équipe du PAT", "l’équipe")
OURS = {
    **{
        "vous": "nous",
        "Vous": "Nous",
        "votre": "notre",
        "Votre": "Notre",
        "vos": "nos",
        "Vos": "Nos",
        "vôtre": "nôtre",
    },
    **{"êtes": "sommes", "faites": "faisons", "dites": "disons"},
}
NO_VERB = frozenset({"chez", "assez", "nez", "rez"})
ORDER = re.compile(r"(?!Chez\b|Assez\b)[A-ZÉÊ]\w+ez\b")
_WE = re.compile(
    rf"(?<!rendez-)\b(?!rendez-vous)(?!(?<!vous )(?:dites|faites))(?:{'|'.join(OURS)}|[a-zéèêçàîôœ]\w*ez)\b"
)
SMALL = frozenset("à au aux avec contre dans de des du en la le les mieux par plus pour sur un une".split())  # noqa: SIM905


class Why(BaseModel):
    """A reason: on which side it speaks, what it says, the answers it rests on.

    `exact`: the same with the answers quoted, for an annex, where that is another sentence; None in reports stored
    before there was one, whose `text` quotes. `place`: anchor of what it comes from in the Méthode (`method.in_method`
    gives its address).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    side: Side
    text: str
    exact: str | None = None
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
        answers = [said_answer(reading.view, one, tested.get(one.question)) for one in grounds(reading.view, refs)]
        quotes = tuple(one.quote for one in answers)
        around = None if context is None else reading.view.positions[context]
        exact = sentence(side, text, quotes, around, but=but, unsure=unsure(reading.view, quotes))
        said = missed(text, quotes, around) if side == "unknown" else stated(text, answers, around, but=but)
        return cls(
            side=side, text=said, exact=other(exact, said), quotes=quotes, source=source, points=points, place=place
        )


def other(exact: str, text: str) -> str | None:
    """The sentence of an annex, where it says more than `text`."""
    return None if exact == text else exact


def stated(text: str, answers: Sequence[SaidAnswer], context: int | None = None, *, but: bool = False) -> str:
    """A stock text, with the answers by their clauses: in its blank `{answers}`, else after it, less those it says
    already. `context`, `but`: see `sentence`."""
    if ANSWERS in text:
        said = spoken(answers, context)
        return raised(text.replace(ANSWERS, said)) if said else text
    plain = text.replace(NBSP, " ").lower()
    left = [one for one in answers if not all(part.replace(NBSP, " ").lower() in plain for part in one.clauses)]
    said = spoken(left, next((one.quote.item for one in left if _names(plain, one.quote)), context))
    if not said:
        return text
    bare = QUOTED.sub("", text)
    apart = len(f"{bare} {said}".split()) > LONG or any(sign in bare for sign in (". ", ":", ";"))
    if but:
        return f"{text} Or {said}." if apart else f"{text.rstrip('.')}{NBSP}; {said}."
    return f"{text} {raised(said)}." if apart else f"{text.rstrip('.')}{NBSP}: {said}."


def _names(plain: str, one: Quote) -> bool:
    return one.action is not None and one.action.replace(NBSP, " ").lower() in plain


def missed(text: str, quotes: Sequence[Quote], context: int | None = None) -> str:
    """What is missing « pour savoir si … »."""
    return f"{raised(lacking(quotes, context))} pour savoir {whether(text)}"


def lacking(quotes: Sequence[Quote], context: int | None = None) -> str:
    """« il manque votre réponse à … »: by their number where they are many; one not precise enough is not quoted."""
    names = [f"à {one}" for one in named_each(quotes[:MOST_NAMED], "", context)]
    if len(quotes) > MOST_NAMED:
        return f"il manque {in_letters(len(quotes), 'réponse')}, d’abord {listed(names)},"
    lead = "votre réponse" if len(quotes) == 1 else "vos réponses"
    return f"il manque {'une réponse précise' if any(one.answer for one in quotes) else lead} {listed(names)}"


def spoken(answers: Sequence[SaidAnswer], context: int | None = None) -> str:
    """Clauses joined: those that begin alike share their beginning, those of an action follow its name."""
    groups: list[tuple[str, list[str]]] = []
    for one in answers:
        subject = "" if one.quote.item is None else _subject(one.quote, context)
        for head, rest in _alike(one.clauses, subject):
            if groups and head and groups[-1][0] == head:
                groups[-1][1].extend(rest)
            else:
                groups.append((head, rest))
    parts = [f"{head} {listed(list(dict.fromkeys(rests)))}".strip() for head, rests in groups]
    return listed(parts, ", et" if any(" et " in one for one in parts[:-1]) else "et").replace(" , et ", ", et ")


def _alike(clauses: Sequence[str], subject: str) -> list[tuple[str, list[str]]]:
    """Clauses of one answer by the subject they share (« vous », « votre PAT »), what they say of it said once."""
    found: list[tuple[str, list[str]]] = []
    for clause in clauses:
        head = subject or next((one for one in HEADS if clause.startswith(f"{one} ")), "")
        rest = clause if subject or not head else clause.removeprefix(f"{head} ")
        if found and head and found[-1][0] == head:
            found[-1][1].append(rest)
        else:
            found.append((head, [rest]))
    return [(head, [_shared(rests)] if len(rests) > 1 else rests) for head, rests in found]


def _shared(rests: Sequence[str]) -> str:
    """« voulez former l’équipe », « voulez prendre du recul » → « voulez former l’équipe et prendre du recul »."""
    words = [one.split(" ") for one in rests]
    same = 0
    while all(len(one) > same + 1 and one[same] == words[0][same] for one in words):
        same += 1
    while same and words[0][same - 1] in SMALL:
        same -= 1
    return " ".join([*words[0][:same], listed([" ".join(one[same:]) for one in words])])


def _subject(one: Quote, context: int | None) -> str:
    """The action a clause is about: by its name, unless it is the one named around."""
    if one.item == context or one.action is None:
        return "l’action"
    word, _, rank = one.action.partition(NBSP)
    if rank == f"{(one.item or 0) + 1}":  # it has no name
        return f"l’{word.lower()}{NBSP}{rank}"
    return f"l’action «{NBSP}{one.action}{NBSP}»"


def raised(text: str) -> str:
    """With a capital at its beginning."""
    return text[:1].upper() + text[1:]


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
        return _asked(text, left, named_each(left, plain, context), unsure) if left else text
    given = [one for one in quotes if one.answer is not None and f"« {one.answer} »".replace(NBSP, " ") not in plain]
    if not given:
        return text
    names = named_each(given, plain, context)
    quoted = listed([f"«{NBSP}{one.answer}{NBSP}» à {name}" for name, one in zip(names, given, strict=True)])
    if ANSWERS in text:
        return raised(text.replace(ANSWERS, f"vous avez répondu {quoted}"))
    if but:
        return f"{text.rstrip('.')}, mais vous avez répondu {quoted}."
    if ":" in text or ". " in text:
        return f"{text.rstrip('.')}, d’après {'votre réponse' if len(given) == 1 else 'vos réponses'} {quoted}."
    return f"{text.rstrip('.')}{NBSP}: vous avez répondu {quoted}."


def _asked(text: str, left: Sequence[Quote], names: Sequence[str], unsure: Collection[str]) -> str:
    """« Il manque votre réponse à … pour savoir si … »."""
    answers = {one.answer for one in left}
    alike = _so_far(left[0], unsure) if len(answers) == 1 else ""  # said once
    each = [f"à {name}{'' if alike else _so_far(one, unsure)}" for name, one in zip(names, left, strict=True)]
    lead = "votre réponse" if len(left) == 1 else "vos réponses"
    lead = "une réponse précise" if any(answers) else lead
    return f"Il manque {lead} {listed(each)}{alike} pour savoir {whether(text)}"


def as_ours(text: str) -> str | None:
    """What is said to a structure (« vous voulez former votre équipe »), as it says it itself (« nous voulons former
    notre équipe »); what is quoted stays. None of an order, which a verb opens."""
    if ORDER.match(text):
        return None
    said = [_WE.sub(_we, one) for one in QUOTED.split(text)]
    return "".join(one + kept for one, kept in zip(said, [*QUOTED.findall(text), ""], strict=True))


def _we(found: re.Match[str]) -> str:
    word = found[0]
    if word in OURS:
        return OURS[word]
    if word in NO_VERB:
        return word
    if word.endswith("cez"):
        return f"{word[:-3]}çons"
    return f"{word[:-2]}eons" if word.endswith("gez") else f"{word[:-2]}ons"


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
