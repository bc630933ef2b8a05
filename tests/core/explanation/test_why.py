"""Every reason names an answer or what is missing; what is said to remove or settle a category does, re-read whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from selfassess.core.answers.answers import View
from selfassess.core.answers.grounds import grounds
from selfassess.core.answers.in_words import Quote, SaidAnswer, in_letters, quote
from selfassess.core.answers.path import prune
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.typography import NBSP
from selfassess.core.explanation.confidence import how_sure, outlooks, provisional
from selfassess.core.explanation.sentence import Why, sentence, stated, that, unsure, whether
from selfassess.core.reading.profile import UNTOLD
from selfassess.core.reading.reading import Reading, missing, read_file
from selfassess.core.report.compose import category_part, remainder_part
from selfassess.core.report.report import CategoryPart
from tests.definitions import definitions, edition, files, full_files

GAPPY = st.one_of(files(), full_files(), full_files().flatmap(lambda one: st.builds(lambda gone: without(one, gone),
                  st.lists(st.integers(0, 99), min_size=1, max_size=3))))  # fmt: skip
# An example is a whole file: shrinking one takes minutes and tells little.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=25, phases=PHASES)


def places(answers: dict[str, Any]) -> list[tuple[str, int | None]]:
    group = edition().questionnaire.group.id
    items = [(key, at) for at, one in enumerate(answers.get(group, ())) for key in one]
    return [(key, None) for key in answers if key != group] + items


def put(answers: dict[str, Any], question: str, item: int | None, value: Any = None) -> dict[str, Any]:
    """The file with one answer replaced, or withdrawn."""
    made: dict[str, Any] = json.loads(json.dumps(answers))
    held = made if item is None else made[edition().questionnaire.group.id][item]
    held.pop(question, None)
    if value is not None:
        held[question] = value
    return made


def without(answers: dict[str, Any], gone: list[int]) -> dict[str, Any]:
    for at in gone:
        where = places(answers)
        answers = put(answers, *where[at % len(where)])
    return answers


def reading_of(answers: dict[str, Any]) -> Reading:
    return read_file(edition(), replace(definitions(), devices=()), answers)


def parts(answers: dict[str, Any]) -> list[CategoryPart]:
    """The categories as reported; devices are not read."""
    reading = reading_of(answers)
    seen = outlooks(reading)
    links = [category_part(definitions(), reading, one, seen) for one in reading.profile.placed]
    return [*links, remainder_part(definitions(), reading, seen)]


def whys(part: CategoryPart) -> Iterator[Why]:
    if part.gate is not None:
        yield part.gate
    yield from part.reasons


def verdicts(answers: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """By category, its verdict, with the reading of the remainder."""
    found = reading_of(answers).profile
    told: dict[str, tuple[str, str | None]] = {one.category.id: (one.verdict, None) for one in found.placed}
    name = edition().typology.remainder.id
    return {**told, name: (found.remainder, found.reading.id if found.reading else None)}


@QUIET
@given(GAPPY)
def test_each_reason_says_the_answer_or_what_is_missing(answers: dict[str, Any]) -> None:
    reading = reading_of(answers)
    items, open_ = tuple(reading.view.positions), missing(reading.view)
    for part in parts(answers):
        told = list(whys(part))
        assert told, part.id
        for one in told:
            assert one.quotes, one.text
            assert one.place
            assert one.source
            for quoted in one.quotes:
                exact = one.exact or one.text
                assert f"«{NBSP}{quoted.short}{NBSP}»" in exact
                if one.side == "unknown":
                    assert quoted.ref(items) in open_, one.text
                else:
                    assert quoted.answer is not None, one.text
                    assert quoted.answer in exact


@QUIET
@given(GAPPY)
def test_every_verdict_is_explained(answers: dict[str, Any]) -> None:
    """Assigned: something for. Ruled out: something against. Open: something unknown, and what would settle it."""
    wanted = {"assigned": "for", "ruled_out": "against", "undecided": "unknown"}
    for part in parts(answers):
        assert wanted[part.verdict] in {one.side for one in whys(part)}, part.id
        if part.verdict != "ruled_out":
            assert part.standing.sentences, part.id
        if part.verdict == "undecided":
            assert part.standing.settles, part.id


@QUIET
@given(GAPPY)
def test_what_a_category_hangs_on_removes_it_alone(answers: dict[str, Any]) -> None:
    """And no other answer does: each one is withdrawn and the file read again, without those of an abandoned branch,
    which would be read again where a gate is withdrawn."""
    answers = prune(edition().questionnaire, answers)
    before = verdicts(answers)
    held = {part.id: {(one.question, one.item) for one in part.standing.holds} for part in parts(answers)}
    for question, item in places(answers):
        after = verdicts(put(answers, question, item))
        for name, verdict in before.items():
            if verdict[0] == "assigned":
                assert ((question, item) in held[name]) == (after[name] != verdict), (name, question, item)


@QUIET
@given(GAPPY, st.data())
def test_what_settles_a_category_settles_it(answers: dict[str, Any], data: st.DataObject) -> None:
    before = verdicts(answers)
    for part in parts(answers):
        name, told = part.id, part.standing
        if before[name][0] != "undecided":
            continue
        asked = [(one.question, one.item) for one in told.settles]
        if not told.alone:
            filled = fill(answers, asked, data)
            assert verdicts(filled)[name][0] != "undecided", (name, asked, filled)
            continue
        for question, item in asked:
            after = [verdicts(put(answers, question, item, one))[name][0] for one in every(question)]
            assert any(one != "undecided" for one in after), (name, question, item)


def every(question: str) -> Iterator[Any]:
    """Every answer of one option, or of two where they may be given together."""
    found = edition().questionnaire.every[question]
    if found.kind == "list":
        yield []
        return
    known = [one.id for one in found.options if not one.unknown]
    if found.kind == "single":
        yield from known
        return
    yield from ([one] for one in known)
    free = [one.id for one in found.options if not (one.unknown or one.exclusive)]
    yield from ([one, other] for one in free for other in free if one != other)


def fill(answers: dict[str, Any], asked: list[tuple[str, int | None]], data: st.DataObject) -> dict[str, Any]:
    """Each of these questions answered at random, and no other."""
    for question, item in asked:
        answers = put(answers, question, item, data.draw(st.sampled_from(list(every(question)))))
    return answers


@QUIET
@given(GAPPY)
def test_nothing_said_to_settle_alone_leaves_it_open(answers: dict[str, Any]) -> None:
    """« La réponse à … trancherait » holds whatever the answer."""
    said = edition().typology.phrases.settles.split("{")[0]
    for part in parts(answers):
        if part.verdict == "undecided" and any(
            one.startswith(said) and ":" not in one for one in part.standing.sentences
        ):
            one = part.standing.settles[0]
            for value in every(one.question):
                assert verdicts(put(answers, one.question, one.item, value))[part.id][0] != "undecided"


@QUIET
@given(GAPPY)
def test_a_provisional_or_doubtful_reading_says_why(answers: dict[str, Any]) -> None:
    reading = reading_of(answers)
    told = provisional(reading, outlooks(reading)) or ""
    assert bool(told) == bool(reading.profile.provisional_by)
    for one in reading.profile.provisional_by:
        assert one.category.words.plain in told
        assert any(f"«{NBSP}{edition().questionnaire.every[ref.question].short}{NBSP}»" in told for ref in one.missing)
    texts, found = definitions().texts.words.confidence, reading.profile
    if len(found.order) < UNTOLD:  # else page one says that answers do not tell them apart
        assert (how_sure(texts, reading) == texts.agree) == (found.confidence == "forte")


def test_how_sure_is_said_with_numbers_in_letters() -> None:
    assert [in_letters(count, "réponse").replace(NBSP, " ") for count in (1, 6, 13)] == [
        "une réponse",
        "six réponses",
        "13 réponses",
    ]


def said(action: str | None = None, answer: str | None = "Oui", short: str = "Charge") -> Quote:
    return Quote(question="load", item=None if action is None else 0, short=short, action=action, answer=answer)


@pytest.mark.parametrize(
    ("side", "text", "quotes", "expected"),
    [
        ("for", "Un plan en est né.", [said()], "Un plan en est né : vous avez répondu « Oui » à « Charge »."),
        ("for", "Un plan en est né.", [said("Turin")],
         "Un plan en est né : vous avez répondu « Oui » à « Charge » pour « Turin »."),
        ("against", "Réponse « Oui » à tout.", [said()], "Réponse « Oui » à tout."),
        ("for", "Un plan : le vôtre.", [said()], "Un plan : le vôtre, d’après votre réponse « Oui » à « Charge »."),
        ("unknown", "Il en reste un plan.", [said(answer=None)],
         "Il manque votre réponse à « Charge » pour savoir s’il en reste un plan."),
        ("unknown", "Elle dure.", [said(answer=None), said(answer=None, short="Début")],
         "Il manque vos réponses à « Charge » et à « Début » pour savoir si elle dure."),
        ("unknown", "Elle dure.", [said(answer="Je ne sais pas")],
         "Il manque une réponse précise à « Charge » (« Je ne sais pas » pour l’instant) pour savoir si elle dure."),
        ("for", "Sans réponse.", [], "Sans réponse."),
    ],
)  # fmt: skip
def test_one_sentence(side: Any, text: str, quotes: list[Quote], expected: str) -> None:
    assert sentence(side, text, quotes).replace(NBSP, " ") == expected


RAIN, SET = "Jumelage avec Rain", "l’équipe compte un poste au plus"


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("Un plan en est né.", [(None, ["est en cours"])], "Un plan en est né : l’action est en cours."),
        ("Il dure.", [(RAIN, ["est en cours"])], "Il dure : l’action « Jumelage avec Rain » est en cours."),
        (f"« {RAIN} » dure.", [(RAIN, ["est en cours"])], f"« {RAIN} » dure : l’action est en cours."),
        ("Il dure.", [("Action 1", ["est en cours"]), ("Action 1", ["a commencé avant"])],
         "Il dure : l’action 1 est en cours et a commencé avant."),
        ("Il faut un poste.", [("", ["vous voulez former l’équipe", "vous voulez prendre du recul"])],
         "Il faut un poste : vous voulez former l’équipe et prendre du recul."),
        ("{answers}, et cela suffit.",
         [("", ["vous disposez de 9 jours"]), ("", ["vous ne pouvez rien dépenser"]), ("", [SET])],
         "Vous disposez de 9 jours et ne pouvez rien dépenser, et l’équipe compte un poste au plus, et cela suffit."),
        ("Elle est en cours.", [(None, ["est en cours"])], "Elle est en cours."),
        ("Deux axes : les vôtres.", [("", ["votre PAT agit sur l’urbanisme", "votre PAT agit sur la santé"])],
         "Deux axes : les vôtres. Votre PAT agit sur l’urbanisme et sur la santé."),
        ("Rien.", [("", [])], "Rien."),
    ],
)  # fmt: skip
def test_an_answer_is_said_by_its_clause(text: str, answers: list[tuple[str | None, list[str]]], expected: str) -> None:
    """`answers`: the name of an action (None: the one named around; empty: none), and clauses."""
    given = [
        SaidAnswer(Quote(question="q", item={None: 1, "": None}.get(name, 0), short="Q", answer="R",
                         action=None if name == "" else (name or "Turin").replace(" 1", f"{NBSP}1")),
                   tuple(clauses))
        for name, clauses in answers
    ]  # fmt: skip
    assert stated(text, given, 1).replace(NBSP, " ") == expected


def test_what_should_be_is_set_beside_what_is() -> None:
    short = SaidAnswer(said(), ("vous disposez de 9 jours",))
    assert stated("Il faut 20 jours.", [short], but=True) == f"Il faut 20 jours{NBSP}; vous disposez de 9 jours."
    long = f"Il faudrait {', '.join(['une action menée avec vous'] * 5)}."
    assert stated(long, [short], but=True) == f"{long} Or vous disposez de 9 jours."


def test_the_action_named_around_is_not_repeated() -> None:
    assert "Turin" not in sentence("for", "Un plan en est né.", [said("Turin")], 0)
    assert "mais vous avez répondu" in sentence("against", "Il faudrait un plan.", [said()], but=True)


def test_an_answer_that_says_one_does_not_know_is_not_quoted() -> None:
    given = [said(answer="Je ne sais pas"), said(answer="Autre", short="Début")]
    told = sentence("unknown", "Elle dure.", given, unsure={"Je ne sais pas"}).replace(NBSP, " ")
    missed = "à « Charge » et à « Début » (« Autre » pour l’instant)"
    assert told == f"Il manque une réponse précise {missed} pour savoir si elle dure."
    known = View(edition().questionnaire, {"profile": "unknown", "label": "level2"}, edition().typology.conditions)
    quotes = [quote(known, Ref(question=one)) for one in ("profile", "label", "governance")]
    assert unsure(known, quotes) == {"Je ne sais pas"}


def test_elisions() -> None:
    assert that("Elle dure.") == "qu’elle dure."
    assert that("PAT ancien.") == "que PAT ancien."
    assert whether("Ils durent.") == "s’ils durent."


def test_a_question_not_asked_gives_way_to_what_hides_it() -> None:
    """Of what is hidden, the answer that decides is named; what is answered while it may not be asked counts."""
    questionnaire = edition().questionnaire
    group = questionnaire.group.id
    for name, question in questionnaire.items.items():
        if question.asked_when is None:
            continue
        view = View(questionnaire, {group: [{}]}, edition().typology.conditions)
        ref = next(iter(missing(view)))
        assert grounds(view, [ref]) == (ref,)
        held = View(
            questionnaire,
            {group: [{name: question.options[0].id if question.kind == "single" else [question.options[0].id]}]},
        )
        assert grounds(held, [Ref(name, "0")]) == (Ref(name, "0"),)
