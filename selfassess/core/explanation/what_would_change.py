"""What would change a device's verdict, in one sentence: answers as they are, as they would be, the verdict then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from selfassess.core.answers.answers import View
from selfassess.core.answers.grounds import grounds
from selfassess.core.answers.in_words import Quote, in_letters, listed, quote, said_answer, territory_clauses
from selfassess.core.definition.condition import Ref, asks_of
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.questionnaire import Option
from selfassess.core.definition.report_texts import ChangeTexts
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.devices import askable, demanded, field_quote, field_read, need
from selfassess.core.explanation.parts import ChangePart, MovePart
from selfassess.core.explanation.sentence import lowered, other, spoken
from selfassess.core.reading.recommendation import Advice
from selfassess.core.reading.usefulness import Reason
from selfassess.core.sensitivity.counterfactual import BARRING, Counterfactual, Move, Trial, counterfactual

MOST_NAMED = 4  # answers, questions or objectives in one sentence
MOST_WISHED = 2  # objectives named to one who has chosen others


@dataclass(frozen=True)
class ChangeSentence:
    """A counterfactual, what is said of it, the same with the answers quoted; the moves and the answers, in words."""

    found: Counterfactual
    text: str
    exact: str
    moves: tuple[MovePart, ...]
    answers: tuple[Quote, ...]


def change_part(definitions: Definitions, trial: Trial, advice: Advice) -> ChangePart | None:
    """The same for the report."""
    said = changed(definitions, trial, advice)
    if said is None:
        return None
    found = said.found
    return ChangePart(
        kind=found.kind,
        text=said.text,
        exact=other(said.exact, said.text),
        verdict=found.verdict,
        moves=said.moves,
        answers=said.answers,
    )


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
            thing=_thing(trial, move),
        )
        for move in found.moves
    )
    verdicts, texts = definitions.texts.words.verdicts, definitions.texts.changes
    before, after = verdicts.of(advice.verdict), verdicts.of(found.verdict) if found.verdict else None
    if moves:
        known = all(one.before for one in moves)
        form = (texts.lacks_to_pass if known else texts.needs_to_pass).format(
            count=in_letters(len(moves), "chose"), things=listed([one.thing or one.after for one in moves]),
            before=before, after=after or "",
        )  # fmt: skip  # what goes together stands together
        exact = _moved(texts, found, moves).replace("{before}", before).replace("{after}", after or "")
        still = [lowered(gap.axis.title) for gap in trial.weighed(advice, found.moves).gaps]
        text, exact = (f"{one} {texts.still.format(axes=listed(still))}" if still else one for one in (form, exact))
    elif found.kind == "question":
        quotes = _askable(view, advice, quotes)
        exact = text = _asked(definitions, advice, quotes)
        if advice.conflict:
            text = texts.contradict.format(answers=_clauses(trial, advice, found))
    else:
        exact = _barred(trial, texts, advice, found, quotes).replace("{before}", before)
        text = _lacking(trial, texts, advice, found)
    return ChangeSentence(found, text, exact, moves, quotes)


def _thing(trial: Trial, move: Move) -> str:
    """What one lacks who has not given that answer: on the scale of what devices ask for, else in its own words."""
    option = trial.edition.questionnaire.questions[move.question].by_option[move.after]
    axis = next((one for one in trial.edition.means.axes if one.question == move.question and not one.field), None)
    if axis is not None and option.level is not None:
        return axis.scale[min(option.level, len(axis.scale) - 1)]
    return option.lack or f"«{NBSP}{option.text}{NBSP}»"


def _lacking(trial: Trial, texts: ChangeTexts, advice: Advice, found: Counterfactual) -> str:
    """What keeps it as it is: all that lacks; else the answers that bar it."""
    if found.kind == "souhait":
        served, question = advice.device.objectives, trial.edition.questionnaire.questions[found.refs[0].question]
        best = sorted((one for one in question.options if served.get(one.id)), key=lambda one: -served[one.id])
        named = [f"«{NBSP}{one.text}{NBSP}»" for one in best[:MOST_WISHED]]
        return texts.no_objective.format(objectives=listed(named, "ou"))
    sizes = [one.axis for one in advice.gaps if one.axis.field]  # what a territory is, it does not lack
    barring = [one for one in advice.reasons if one.favourable == "against" and one.kind in BARRING]
    things = [_lacked(trial, advice, one) for one in barring if one.axis not in {axis.id for axis in sizes}]
    if things and all(things):
        told = list(dict.fromkeys(filter(None, things)))
        lacks = texts.lacks.format(count=in_letters(len(told), "chose"), things=listed(told))
        return " ".join([lacks, *(need(advice, axis) for axis in sizes)])
    form = texts.holds_to if len(found.refs) == 1 else texts.ruled_out
    return form.format(answers=_clauses(trial, advice, found))


def _lacked(trial: Trial, advice: Advice, reason: Reason) -> str | None:
    """What one lacks whom that reason bars: what the axis asks for, half a post, room."""
    if reason.kind == "gap":
        return demanded(advice, next(one.axis for one in advice.gaps if one.axis.id == reason.axis))
    every = trial.edition.questionnaire.questions
    options = [one for ref in reason.refs if ref.question in every for one in every[ref.question].options if one.lack]
    if not options:
        return None
    return min(options, key=_level).lack if reason.kind == "lead" else max(options, key=_level).lack


def _level(option: Option) -> int:
    return option.level or 0


def _clauses(trial: Trial, advice: Advice, found: Counterfactual) -> str:
    """The answers it rests on, by their clauses."""
    view = trial.reading.view
    fields = _fields(trial, advice)
    answers = [said_answer(view, one) for one in grounds(view, found.refs)]
    territory = view.questionnaire.territory.id
    return spoken(
        [
            one._replace(clauses=territory_clauses(view, fields)) if fields and one.quote.question == territory else one
            for one in answers
        ]
    )


def _askable(view: View, advice: Advice, quotes: tuple[Quote, ...]) -> tuple[Quote, ...]:
    """Without the territory, where only the zone of its départements is in doubt."""
    for door in advice.device.eligible:
        quotes = tuple(askable(view, door.when, quotes))
    return quotes


def _quote(trial: Trial, advice: Advice, ref: Ref) -> Quote:
    """Of a territory, what the door or the axis reads."""
    view = trial.reading.view
    return field_quote(view, quote(view, ref), _fields(trial, advice))


def _fields(trial: Trial, advice: Advice) -> list[str]:
    view = trial.reading.view
    doors = [one for one in advice.reasons if one.kind == "door" and one.favourable == "against"]
    fields = [field for door in doors for ask in asks_of(door.when) if (field := field_read(view, ask))]
    return fields or [gap.axis.field for gap in advice.gaps if gap.axis.field]


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
