"""What would change a device's verdict, in one sentence: answers as they are, as they would be, the verdict then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from selfassess.core.answers.answers import View
from selfassess.core.answers.grounds import grounds
from selfassess.core.answers.in_words import Quote, listed, quote
from selfassess.core.definition.condition import Ref, asks_of
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.report_texts import ChangeTexts
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.devices import askable, field_quote, field_read
from selfassess.core.explanation.parts import ChangePart, MovePart
from selfassess.core.explanation.sentence import lowered
from selfassess.core.reading.recommendation import Advice
from selfassess.core.sensitivity.counterfactual import Counterfactual, Trial, counterfactual

MOST_NAMED = 4  # answers, questions or objectives in one sentence


@dataclass(frozen=True)
class ChangeSentence:
    """A counterfactual and its sentence; the moves and the answers it rests on, in words."""

    found: Counterfactual
    text: str
    moves: tuple[MovePart, ...]
    answers: tuple[Quote, ...]


def change_part(definitions: Definitions, trial: Trial, advice: Advice) -> ChangePart | None:
    """The same for the report."""
    said = changed(definitions, trial, advice)
    if said is None:
        return None
    found = said.found
    return ChangePart(kind=found.kind, text=said.text, verdict=found.verdict, moves=said.moves, answers=said.answers)


def changed(definitions: Definitions, trial: Trial, advice: Advice) -> ChangeSentence | None:
    """None for a device that is « maintenant » already."""
    found = counterfactual(trial, advice)
    if found is None:
        return None
    view = trial.reading.view
    quotes = tuple(_quote(trial, advice, ref) for ref in grounds(view, found.refs))
    moves = tuple(
        MovePart(
            question=view.questionnaire.questions[move.question].short,
            before=quote(view, Ref(move.question)).answer,
            after=view.questionnaire.questions[move.question].by_option[move.after].text,
        )
        for move in found.moves
    )
    verdicts, texts = definitions.texts.words.verdicts, definitions.texts.changes
    before, after = verdicts.of(advice.verdict), verdicts.of(found.verdict) if found.verdict else None
    if moves:
        text = _moved(texts, found, moves).replace("{before}", before).replace("{after}", after or "")
        lacking = [gap.axis.title for gap in trial.weighed(advice, found.moves).gaps]
        if lacking:
            text = f"{text} {texts.still.format(axes=listed([lowered(one) for one in lacking]))}"
    elif found.kind == "question":
        quotes = _askable(view, advice, quotes)
        text = _asked(definitions, advice, quotes)
    else:
        text = _barred(trial, texts, advice, found, quotes).replace("{before}", before)
    return ChangeSentence(found, text, moves, quotes)


def _askable(view: View, advice: Advice, quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
    """Without the territory, where only the zone of its départements is in doubt."""
    for door in advice.device.eligible:
        quotes = tuple(askable(view, door.when, quotes))
    return quotes


def _quote(trial: Trial, advice: Advice, ref: Ref) -> Quote:
    """Of a territory, what the door or the axis reads."""
    view = trial.reading.view
    doors = [one for one in advice.reasons if one.kind == "door" and one.favourable == "against"]
    fields = [field for door in doors for ask in asks_of(door.when) if (field := field_read(view, ask))]
    fields = fields or [gap.axis.field for gap in advice.gaps if gap.axis.field]
    return field_quote(view, quote(view, ref), fields)


def _moved(texts: ChangeTexts, found: Counterfactual, moves: Sequence[MovePart]) -> str:
    """The sentence with its moves; verdicts are still to put in."""
    if found.kind == "etape":
        return texts.from_on.replace("{stage}", moves[0].after)
    told = [
        (texts.move_missing if move.before is None else texts.move).format(
            after=move.after, before=move.before, question=move.question
        )
        for move in moves
    ]
    return (texts.moved if len(moves) == 1 else texts.moved_several).replace("{moves}", listed(told))


def _asked(definitions: Definitions, advice: Advice, quotes: Sequence[Quote]) -> str:
    texts = definitions.texts.changes
    if advice.conflict:
        return texts.conflict.format(answers=listed(_answers(quotes)))
    names = list(dict.fromkeys(_name(one) for one in quotes if one.short != one.question))
    if not names:
        return texts.never_asked.format(contact=definitions.first_contact(advice.device))
    if len(names) > 1:
        form = texts.question_more if len(names) > MOST_NAMED else texts.question_several
    else:
        form = texts.question_precise if quotes[0].answer else texts.question
    return form.format(questions=listed(names[:MOST_NAMED]))


def _barred(trial: Trial, texts: ChangeTexts, advice: Advice, found: Counterfactual, quotes: Sequence[Quote]) -> str:
    if found.kind == "souhait":
        return _wished(trial, texts, advice, quotes[0])
    means = trial.edition.means
    fixed = {
        gap.axis.question for gap in advice.gaps if gap.axis.counterfactual == "aucun" and gap.worst >= means.far
    }  # by itself, it bars
    stages = {gap.axis.question for gap in advice.gaps if gap.axis.counterfactual == "etape"}
    others = [one for one in quotes if one.question not in stages]
    beyond, told = False, quotes
    barring = [one for one in quotes if one.question in fixed]
    if barring:
        told = barring
    elif found.kind == "etape" and others:
        beyond, told = True, others
    if len(told) == 1 and not beyond:
        return texts.bars.replace("{question}", _name(told[0])).replace("{answer}", told[0].answer or "")
    farther = texts.beyond_stage_several if len(told) > 1 else texts.beyond_stage
    return (farther if beyond else texts.bars_several).replace("{answers}", listed(_answers(told)[:MOST_NAMED]))


def _wished(trial: Trial, texts: ChangeTexts, advice: Advice, given: Quote) -> str:
    """The objectives chosen, and those this device serves, the best served first."""
    question = trial.edition.questionnaire.questions[given.question]
    view, served = trial.reading.view, advice.device.objectives
    chosen = [f"«{NBSP}{one.text}{NBSP}»" for one in view.option(Ref(given.question))]
    best = sorted((one for one in question.options if served.get(one.id)), key=lambda one: -served[one.id])
    named = [f"«{NBSP}{one.text}{NBSP}»" for one in best[:MOST_NAMED]]
    told = texts.wish.replace("{question}", given.short)
    return told.replace("{answers}", listed(chosen)).replace("{objectives}", listed(named))


def _answers(quotes: Sequence[Quote]) -> list[str]:
    return [f"«{NBSP}{one.answer}{NBSP}» à {_name(one)}" for one in quotes if one.answer is not None]


def _name(one: Quote) -> str:
    return f"«{NBSP}{one.short}{NBSP}»" + (f" pour «{NBSP}{one.action}{NBSP}»" if one.action else "")
