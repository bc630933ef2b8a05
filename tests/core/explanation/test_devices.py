"""Why a device, why not: each reason one sentence with its answer, each unknown one a missing answer that matters."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from selfassess.authoring.explore.random_files import Generator
from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import Quote, clauses_of, territory_clauses
from selfassess.core.answers.items import replaced
from selfassess.core.definition.condition import Blank, Ref
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.typography import NBSP
from selfassess.core.definition.verdicts import VERDICTS
from selfassess.core.explanation.devices import DeviceWhy, Teller
from selfassess.core.reading.decision import decide
from selfassess.core.reading.reading import Reading, read_file
from selfassess.core.reading.usefulness import Reason
from tests.definitions import definitions, edition, files, full_files, json_of, report_on, values

DAY = date(2026, 11, 23)
ANY = st.one_of(files(), full_files())
# An example is a whole file: shrinking one takes minutes and tells little.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40, phases=PHASES)
FEW = 3  # devices one stock sentence may serve


def reading_of(answers: dict[str, Any]) -> Reading:
    return read_file(edition(), definitions(), answers)


def told(reading: Reading) -> dict[str, tuple[DeviceWhy, ...]]:
    teller = Teller(definitions(), reading)
    return {one.device.id: teller.told(one) for one in reading.advices}


def value(view: View, ref: Ref) -> Any:
    if ref.item is None or isinstance(view.actions, Blank):
        return view.actions if ref.question == view.questionnaire.group.id else view.value(ref.question)
    return view.within(ref.item).value(ref.question)


def missing(view: View, ref: Ref) -> bool:
    """Unanswered, « je ne sais pas » or disputed; of a territory, a part of it is enough."""
    given = value(view, ref)
    return given is Blank.UNKNOWN or (isinstance(given, dict) and len(given) < 4)


@QUIET
@given(ANY)
def test_each_reason_names_its_answers_and_each_unknown_one_what_is_missing(answers: dict[str, Any]) -> None:
    reading = reading_of(answers)
    items = tuple(reading.view.positions)
    for device, reasons in told(reading).items():
        for one in reasons:
            assert one.why.source, (device, one)
            assert one.why.place, (device, one)
            assert one.why.text.endswith("."), one.why.text
            quoted = one.why.quotes
            if to_ask(one.reason):
                assert not quoted, (device, one)
                continue
            assert quoted, (device, one)
            if one.why.side == "unknown":
                assert all(missing(reading.view, quote.ref(items)) for quote in quoted), (device, one)
                exact = one.why.exact or one.why.text
                assert all(f"«{NBSP}{quote.short}{NBSP}»" in exact for quote in quoted), (device, one)
            else:
                given = [quote for quote in quoted if quote.answer is not None]
                assert given, (device, one)
                exact = one.why.exact or one.why.text
                assert any(part in exact for quote in given for part in parts(reading.view, quote)), (device, one)
                assert any(said_in(one.why.text, reading.view, quote) for quote in given), (device, one)


def test_a_door_let_in_by_use_quotes_no_missing_answer() -> None:
    """The type of the territory is missing; an action under way says by itself that its body let it in."""
    action = {"device": "turnkey", "food_content": "one_aspect", "state": "ongoing", "leads": "elected_lead"}
    for one in told(reading_of({"actions": [action]}))["cd_cle"]:
        assert one.why.side == "unknown" or any(quote.answer for quote in one.why.quotes), one


def to_ask(reason: Reason) -> bool:
    """Of a door that no answer opens or closes: the body is to be asked."""
    return reason.kind == "door" and reason.favourable == "unknown" and not reason.refs


def said_in(text: str, view: View, quote: Quote) -> bool:
    """Is the answer said by the end of one of its clauses? What several share at the beginning is said once."""
    ref, plain = quote.ref(tuple(view.positions)), text.casefold().replace(NBSP, " ")
    fields = ("type", "departement", "population")
    territory = quote.question == view.questionnaire.territory.id
    clauses = [one for field in fields for one in territory_clauses(view, (field,)) if territory] or clauses_of(
        view, ref, frozenset({"*"})
    )
    return any(" ".join(one.casefold().replace(NBSP, " ").split()[-2:]) in plain for one in clauses)


def parts(view: View, quote: Any) -> list[str]:
    """The answer as quoted, or any of the options given together."""
    return [quote.answer, *(one.text for one in view.option(quote.ref(tuple(view.positions))))]


@QUIET
@given(ANY)
def test_no_stock_sentence_serves_more_than_three_devices(answers: dict[str, Any]) -> None:
    """The same words on four devices must be those of the answer, or of the question that is missing."""
    reading = reading_of(answers)
    served: dict[str, list[DeviceWhy]] = defaultdict(list)
    for reasons in told(reading).values():
        for text, one in {one.why.text: one for one in reasons}.items():
            served[text].append(one)
    for text, reasons in served.items():
        if len(reasons) > FEW:
            quotes = reasons[0].why.quotes
            said = any(said_in(text, reading.view, quote) for quote in quotes)
            assert said or any(f"«{NBSP}{quote.short}{NBSP}»" in text for quote in quotes), text


@QUIET
@given(files(), st.data())
def test_what_is_in_doubt_is_settled_by_the_answers_it_asks_for(answers: dict[str, Any], data: st.DataObject) -> None:
    """Whatever is answered to the questions named, and to those it brings, the verdict becomes firm."""
    reading = reading_of(answers)
    doubtful = [one for one in reading.advices if one.verdict == "a_verifier" and not one.conflict]
    assume(doubtful)
    name = data.draw(st.sampled_from([one.device.id for one in doubtful]))
    for _ in range(30):
        advice = next(one for one in reading.advices if one.device.id == name)
        if advice.verdict != "a_verifier" or advice.conflict:
            return
        doubts = [one for one in advice.reasons if one.favourable == "unknown" and one.decides]
        asked = [ref for one in doubts for ref in one.refs]
        if not asked:
            assert doubts, name
            assert all(to_ask(one) for one in doubts), name
            return
        assert all(missing(reading.view, ref) for ref in asked), asked
        answers = answered(answers, asked[0], data)
        reading = reading_of(answers)
    raise AssertionError(f"{name} stays in doubt: {answers}")


def answered(answers: dict[str, Any], ref: Ref, data: st.DataObject) -> dict[str, Any]:
    """The same file with that question answered, not « je ne sais pas »."""
    questionnaire = edition().questionnaire
    group = questionnaire.group.id
    question = questionnaire.every[ref.question]
    if question.id == group:
        return {**answers, group: []}
    if question.kind == "territory":
        whole = {"name": "Territoire", "type": "commune", "population": 60000, "departement": "35"}
        return {**answers, question.id: {**whole, **answers.get(question.id, {})}}
    unknown = {one.id for one in question.options if one.unknown}
    given = data.draw(
        values(question).filter(lambda one: not unknown.intersection([one] if isinstance(one, str) else one))
    )
    return replaced(questionnaire, answers, ref, given)


@QUIET
@given(full_files(), st.data())
def test_a_missing_answer_that_changes_a_verdict_was_asked_for(answers: dict[str, Any], data: st.DataObject) -> None:
    """One answer forgotten: where giving it changes a verdict or a rank, the device had it among its unknown."""
    key = data.draw(st.sampled_from([one for one in answers if one != edition().questionnaire.group.id]))
    assert not_asked_for(edition(), answers, key) == []


@pytest.mark.parametrize("name", definitions().editions)
def test_so_it_was_whichever_answer_is_forgotten(name: str) -> None:
    """Of sixty files: behind a gate not known, on another action than the best, in a reading that may be mentioned."""
    generator = Generator(definitions(), definitions().editions[name])
    for seed in range(60):
        answers = generator.uniform(Random(seed))  # noqa: S311
        for key in answers:
            assert not_asked_for(generator.edition, answers, key) == [], seed


def test_no_reading_is_sure_while_a_link_may_be_held() -> None:
    """What is missing to settle the link is what is missing to say that the reading holds."""
    generator, tried = Generator(definitions(), edition()), 0
    for seed in range(120):
        found = reading_of(generator.uniform(Random(seed)))  # noqa: S311
        rule = found.profile.reading
        if rule is None or found.profile.remainder != "undecided":
            continue
        tried += 1
        refs = found.view.finding_refs("reading", rule.id)
        assert found.view.finding("reading", rule.id) is None
        assert refs
        assert all(missing(found.view, ref) for ref in refs), (seed, refs)
    assert tried > 0


def not_asked_for(edition: Edition, answers: dict[str, Any], key: str) -> list[tuple[str, str, str, str]]:
    """The devices that the answer to `key` moves, and that did not say that it was missing."""
    whole = read_file(edition, definitions(), answers)
    less = read_file(edition, definitions(), {name: one for name, one in answers.items() if name != key})
    view = less.view
    if key not in view.questionnaire.questions or view.questionnaire.every[key].is_group or view.asked(key) is False:
        return []
    if view.worked_out(key) or view.nobody_asked(key):  # the zone answers, or its programme has to be asked
        return []
    # What is behind a gate not known counts; the answer at the gate may set it aside, and what rests on it too.
    gone = {name for name in answers if view.asked(name) is not False and whole.view.asked(name) is False}
    after = {one.device.id: one for one in whole.advices}
    found = []
    for advice in less.advices:
        other = after[advice.device.id]
        if advice.verdict == "non_ouvert" or (advice.verdict, advice.rank) == (other.verdict, other.rank):
            continue
        asked = {ref.question for one in advice.reasons if one.favourable == "unknown" for ref in one.refs}
        if key not in asked and not gone.intersection(ref.question for one in advice.reasons for ref in one.refs):
            found.append((advice.device.id, advice.verdict, other.verdict, key))
    return found


@settings(QUIET, max_examples=10)
@given(ANY)
def test_evaluate_and_the_report_say_the_same(answers: dict[str, Any]) -> None:
    reading = reading_of(answers)
    report = report_on(reading, answers, DAY)
    said = json_of(reading)["devices"]
    for device in report.devices:
        assert [one["text"] for one in said[device.id]["reasons"]] == [one.text for one in device.reasons]
        change = said[device.id]["counterfactual"]
        assert (change and change["text"]) == (device.change and device.change.text)


@QUIET
@given(ANY)
def test_what_would_change_a_verdict_is_a_sentence_with_the_answers(answers: dict[str, Any]) -> None:
    reading = reading_of(answers)
    words = definitions().texts.words.verdicts
    for device in report_on(reading, answers, DAY).devices:
        change = device.change
        assert (change is None) == (device.verdict == "maintenant"), device.id
        if change is None:
            continue
        assert "{" not in change.text
        assert change.text.endswith(".")
        if change.moves:
            assert change.verdict
            assert VERDICTS.index(change.verdict) < VERDICTS.index(device.verdict)  # type: ignore[arg-type]
            assert f"«{NBSP}{words.of(change.verdict)}{NBSP}»" in change.text
            assert all(one.thing and one.thing in change.text for one in change.moves)
            assert all(f"«{NBSP}{one.after}{NBSP}»" in (change.exact or "") for one in change.moves)
        else:
            named = [one.short for one in change.answers] + [one.answer or "-" for one in change.answers]
            sheet = next(one for one in definitions().devices if one.id == device.id)
            assert any(one in (change.exact or change.text) for one in named or [definitions().first_contact(sheet)]), (
                change
            )


@settings(QUIET, max_examples=20)
@given(full_files())
def test_what_comes_first_asks_for_no_application_where_the_reading_says_too_early(answers: dict[str, Any]) -> None:
    stage = {"stage": "s1", "label": "none", "political_will": "carried", "staff_days": "over_80"}
    reading = reading_of({**answers, **stage, edition().questionnaire.group.id: []})
    start = decide(definitions(), reading, DAY).start
    assert start is not None
    assert not start.advice.device.application


@QUIET
@given(ANY)
def test_missing_answers_that_may_settle_the_reading_come_first(answers: dict[str, Any]) -> None:
    reading = reading_of(answers)
    undecided = {ref for one in reading.profile.placed if one.verdict == "undecided" for ref in one.missing}
    first = reading.missing[: reading.settling]
    assert undecided & set(reading.missing) <= set(first)
    if len(reading.profile.possible) < 2 and not undecided:
        assert first == ()
