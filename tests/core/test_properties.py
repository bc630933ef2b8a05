"""What must hold of every reading, whatever the answers (V11 and S1–S9 of the rules)."""

from __future__ import annotations

import json
from datetime import date
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from selfassess.core.answers.answers import View, read
from selfassess.core.answers.path import abandoned, prune, steps
from selfassess.core.definition.condition import Some, leaves, questions_of
from selfassess.core.reading.decision import decide
from selfassess.core.reading.profile import place
from selfassess.core.reading.reading import Reading, read_file
from selfassess.core.report.report import Origin, fingerprint
from selfassess.core.report.reproduce import produce
from tests.definitions import definitions, edition, files, full_files, json_of, report_on

DAY = date(2026, 11, 22)
ANY = st.one_of(files(), full_files())


def reading_of(answers: dict[str, Any]) -> Reading:
    return read_file(edition(), definitions(), answers)


def told(answers: dict[str, Any]) -> str:
    return json.dumps(json_of(reading_of(answers)), sort_keys=True)


@settings(max_examples=40)
@given(ANY)
def test_equal_answers_give_the_same_bytes(answers: dict[str, Any]) -> None:
    copy = json.loads(json.dumps(answers))
    assert told(answers) == told(copy)
    first = report_on(reading_of(answers), answers, DAY).model_dump_json()
    assert first == report_on(reading_of(copy), copy, DAY).model_dump_json()
    assert fingerprint(definitions(), edition(), answers, {}, DAY) == fingerprint(
        definitions(), edition(), copy, {}, DAY
    )


def shuffled(given: dict[str, Any], random: Random) -> dict[str, Any]:
    return {key: given[key] for key in random.sample(list(given), len(given))}


@settings(max_examples=40)
@given(ANY, st.randoms())
def test_the_order_in_which_answers_were_given_changes_no_byte(answers: dict[str, Any], random: Random) -> None:
    """Nor does it change the fingerprint; an answer on an abandoned branch, which the report lists, does."""
    group = edition().questionnaire.group.id
    other = shuffled(answers, random)
    if group in other:
        other[group] = [shuffled(one, random) for one in other[group]]
    first, second = (produce(definitions(), edition(), Origin(answers=one, comments={}), DAY)
                     for one in (answers, other))  # fmt: skip
    assert first.model_dump_json() == second.model_dump_json()
    third = produce(definitions(), edition(), Origin(answers=prune(edition().questionnaire, answers), comments={}), DAY)
    assert (third.fingerprint == first.fingerprint) == (third.model_dump_json() == first.model_dump_json())


@settings(max_examples=40)
@given(ANY)
def test_what_is_no_longer_asked_changes_nothing(answers: dict[str, Any]) -> None:
    kept = prune(edition().questionnaire, answers)
    assert told(kept) == told(answers)
    assert prune(edition().questionnaire, kept) == kept
    assert abandoned(View(edition().questionnaire, kept)) == []


@given(ANY, st.data())
def test_forgetting_an_answer_widens_every_interval(answers: dict[str, Any], data: st.DataObject) -> None:
    """Any answer replaced by « je ne sais pas » gives intervals that contain the former ones."""
    before = reading_of(answers)
    places: list[tuple[str, int | None]] = [(key, None) for key in answers]
    group = edition().questionnaire.group.id
    places += [(key, at) for at, one in enumerate(answers.get(group, ())) for key in one]
    questions = edition().questionnaire.every.values()
    gates = questions_of([one.asked_when for one in questions])  # the answers behind a gate are kept
    places = [one for one in places if one[0] not in gates]
    if not places:
        return
    key, item = data.draw(st.sampled_from(places))
    less = json.loads(json.dumps(answers))
    del (less if item is None else less[group][item])[key]
    after = reading_of(less)
    for one, other in zip(before.profile.placed, after.profile.placed, strict=True):
        assert other.low <= one.low <= one.high <= other.high
    for rung, wider in zip(before.maturity, after.maturity, strict=True):
        assert wider.low <= rung.low <= rung.high <= wider.high


@given(full_files(), st.data())
def test_one_more_favourable_sign_never_worsens_its_category(answers: dict[str, Any], data: st.DataObject) -> None:
    """The sign is forced true in a copy of the rules, all else equal."""
    typology = edition().typology
    category = data.draw(st.sampled_from(typology.categories))
    sign = data.draw(st.sampled_from([one for one in category.evidence if one.weight > 0]))
    forced = sign.model_copy(update={"when": Some(some=edition().questionnaire.group.id)})  # true on any action
    changed = category.model_copy(
        update={"evidence": tuple(forced if one is sign else one for one in category.evidence)}
    )
    rules = typology.model_copy(
        update={"categories": tuple(changed if one is category else one for one in typology.categories)}
    )
    before = reading_of(answers).profile.category(category.id)
    view = View(edition().questionnaire, prune(edition().questionnaire, answers), typology.conditions)
    after = place(rules, view, changed)
    order = ("ruled_out", "undecided", "assigned")
    assert after.low >= before.low
    assert after.high >= before.high
    assert order.index(after.verdict) >= order.index(before.verdict)


@given(full_files(), st.randoms())
def test_the_order_of_actions_changes_nothing(answers: dict[str, Any], random: Any) -> None:
    group = edition().questionnaire.group.id
    shuffled = {**answers, group: random.sample(answers[group], len(answers[group]))}
    one, other = reading_of(answers), reading_of(shuffled)
    assert one.profile.order == other.profile.order
    assert one.profile.confidence == other.profile.confidence
    assert [(p.verdict, p.low, p.high) for p in one.profile.placed] == [
        (p.verdict, p.low, p.high) for p in other.profile.placed
    ]
    assert [(a.device.id, a.verdict, a.rank) for a in one.advices] == [
        (a.device.id, a.verdict, a.rank) for a in other.advices
    ]


@given(full_files(), full_files())
def test_adding_an_action_removes_no_link(answers: dict[str, Any], other: dict[str, Any]) -> None:
    group = edition().questionnaire.group.id
    most = edition().questionnaire.group.max or 4
    if not answers[group] or not other[group] or len(answers[group]) >= most:
        return
    more = {**answers, group: [*answers[group], other[group][0]]}
    assert set(reading_of(answers).profile.order) <= set(reading_of(more).profile.order)


@given(full_files())
def test_no_international_service_is_no_brake(answers: dict[str, Any]) -> None:
    """V11: RI questions set to none, actions untouched: same categories, same verdicts of devices."""
    questionnaire = edition().questionnaire
    ri = _service_question()
    none = next(one.id for one in questionnaire.questions[ri].options if not one.unknown)
    one, other = reading_of(answers), reading_of({**answers, ri: none})
    assert one.profile.order == other.profile.order
    assert {a.device.id: a.verdict for a in one.advices} == {a.device.id: a.verdict for a in other.advices}


def _service_question() -> str:
    """The question the RI case « absence » is read from."""
    return next(leaf.node.question for leaf in leaves(edition().typology.ri_cases[0].when))


@given(full_files(), st.data())
def test_more_means_never_lower_a_verdict(answers: dict[str, Any], data: st.DataObject) -> None:
    """V11: more days, budget, language or mandate. (Stage and posts change the reading: exempt.)"""
    axis = data.draw(st.sampled_from([one for one in edition().means.axes if one.counterfactual == "levier"]))
    options = [one for one in edition().questionnaire.questions[axis.question].options if one.level is not None]
    options.sort(key=lambda one: one.level or 0)
    low, high = sorted(data.draw(st.lists(st.integers(0, len(options) - 1), min_size=2, max_size=2)))
    before = reading_of({**answers, axis.question: options[low].id})
    after = reading_of({**answers, axis.question: options[high].id})
    order = ("non_ouvert", "pas_maintenant", "a_preparer", "maintenant")
    lower = {a.device.id: a.bounds for a in before.advices}
    for advice in after.advices:  # « à vérifier » says « from … to … »: neither end may go down
        for one, other in zip(lower[advice.device.id], advice.bounds, strict=True):
            assert order.index(other) >= order.index(one), advice.device.id


@given(full_files(), st.data())
def test_a_firm_verdict_holds_whatever_the_missing_answer(answers: dict[str, Any], data: st.DataObject) -> None:
    """V6: with one answer missing, a verdict is firm only if that answer could not change it (closed or not now
    count as one: both are « no »), or could only better what is « à préparer » at worst. A gate is left aside: the
    answers behind it are kept."""
    questions = edition().questionnaire.questions.values()
    gates = questions_of([one.asked_when for one in questions])
    worked_out = definitions().doors.derives  # a zone that is not answered is read from the département
    aside = {*gates, edition().questionnaire.group.id, worked_out.question if worked_out else ""}
    key = data.draw(st.sampled_from([one for one in answers if one not in aside]))
    known = {one.device.id: one.verdict for one in reading_of(answers).advices}
    no = {"pas_maintenant", "non_ouvert"}
    for advice in reading_of({name: one for name, one in answers.items() if name != key}).advices:
        if advice.verdict != "a_verifier":
            same = {advice.verdict} | (no if advice.verdict in no else set())
            same |= {"maintenant"} if advice.verdict == "a_preparer" else set()
            assert known[advice.device.id] in same | {"a_verifier"}, (key, advice.device.id, advice.verdict)


@given(ANY)
def test_every_verdict_has_a_reason_that_names_an_answer(answers: dict[str, Any]) -> None:
    for advice in reading_of(answers).advices:
        assert advice.reasons or advice.device.always_open, advice.device.id
        if advice.verdict in {"a_preparer", "pas_maintenant", "non_ouvert", "a_verifier"}:
            barring = [one for one in advice.reasons if one.favourable != "for"]
            to_ask = any(one.kind == "door" and not one.refs for one in barring)  # of a door no answer settles
            assert to_ask or any(one.refs for one in barring), (advice.device.id, advice.verdict, advice.reasons)


@given(ANY)
def test_a_category_that_is_not_settled_names_what_would_settle_it(answers: dict[str, Any]) -> None:
    for placed in reading_of(answers).profile.placed:
        if placed.verdict == "undecided":
            assert placed.missing


@given(ANY)
def test_one_device_is_always_possible_and_page_one_repeats_none(answers: dict[str, Any]) -> None:
    reading = reading_of(answers)
    opened = next(one for one in reading.advices if one.device.always_open)
    assert opened.verdict == "maintenant"
    decision = decide(definitions(), reading, DAY)
    assert len(decision.shown) == len(set(decision.shown))
    if not (decision.silent_for or decision.nothing_first or opened.device.id in decision.practices):
        assert decision.start is not None


@given(ANY)
def test_valid_answers_are_read_back_whole(answers: dict[str, Any]) -> None:
    kept, faults = read(edition().questionnaire, answers)
    assert faults == []
    assert kept == answers


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    )
)
def test_anything_at_all_is_refused_without_breaking(raw: Any) -> None:
    kept, faults = read(edition().questionnaire, raw)
    assert kept == {} or faults or raw == kept
    assert isinstance(steps(View(edition().questionnaire, kept)), list)


@settings(max_examples=30)
@given(ANY)
def test_a_report_survives_storage(answers: dict[str, Any]) -> None:
    report = report_on(reading_of(answers), answers, DAY)
    assert type(report).model_validate_json(report.model_dump_json()) == report
