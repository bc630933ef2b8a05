"""Two roles on one question: every rule of what is kept, and that no order of saves loses an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfassess.core.answers.in_words import DISPUTED
from selfassess.core.answers.two_roles import (
    BOTH,
    RoleAnswer,
    SharedAnswer,
    choose,
    held,
    speak,
    stored,
)
from selfassess.core.definition.condition import Ref
from selfassess.core.reading.reading import read_file
from selfassess.core.report.report import Report, fingerprint
from selfassess.core.report.two_services import RoleDifference, RoleStatement, Services
from selfassess.core.review.acts import CONTRIBUTOR, RESPONDENT
from selfassess.web.respond.merge import FormAnswer, merge, seen_digest
from tests.definitions import definitions, edition, full_files, json_of, report_on

DAY = date(2026, 11, 23)
ROLES = (RESPONDENT, CONTRIBUTOR)
A, B, OURS, THEIRS = RoleAnswer("a"), RoleAnswer("b"), "Coordination du PAT", "Service RI"
MINE = SharedAnswer("a", "", RESPONDENT)
DISPUTE = SharedAnswer(voices={RESPONDENT: A, CONTRIBUTOR: B})


def test_the_same_value_again_is_nothing() -> None:
    assert speak(MINE, CONTRIBUTOR, A, True) == MINE


def test_two_values_are_both_kept_and_none_counts() -> None:
    kept = speak(SharedAnswer("a", "Vu.", RESPONDENT), CONTRIBUTOR, RoleAnswer("b", "Non."), True)
    assert kept == SharedAnswer(voices={RESPONDENT: RoleAnswer("a", "Vu."), CONTRIBUTOR: RoleAnswer("b", "Non.")})
    assert kept.disputed


def test_a_comment_that_was_the_others_is_not_taken_for_ones_own() -> None:
    kept = speak(SharedAnswer("a", "Vu.", RESPONDENT), CONTRIBUTOR, RoleAnswer("b", "Vu."), True)
    assert kept.voices == {RESPONDENT: RoleAnswer("a", "Vu."), CONTRIBUTOR: RoleAnswer("b", "")}


def test_each_changes_its_own_voice() -> None:
    kept = speak(DISPUTE, CONTRIBUTOR, RoleAnswer("c"), True)
    assert kept.voices == {RESPONDENT: A, CONTRIBUTOR: RoleAnswer("c")}
    assert kept.shown(CONTRIBUTOR) == RoleAnswer("c")
    assert kept.shown(RESPONDENT) == A


def test_equal_voices_settle_it_and_keep_both_comments() -> None:
    kept = speak(speak(MINE, CONTRIBUTOR, B, True), CONTRIBUTOR, RoleAnswer("a", "Vérifié."), True)
    assert (kept.value, kept.chosen, kept.comment) == ("a", BOTH, "Vérifié.")
    assert not kept.disputed


def test_clearing_ones_own_leaves_the_others() -> None:
    assert speak(DISPUTE, CONTRIBUTOR, RoleAnswer(), True) == MINE
    assert speak(DISPUTE, RESPONDENT, RoleAnswer(), True) == SharedAnswer("b", "", CONTRIBUTOR)


def test_clearing_the_others_answer_is_nothing() -> None:
    assert speak(MINE, CONTRIBUTOR, RoleAnswer(), True) == MINE


def test_a_choice_counts_and_leaves_its_trace() -> None:
    kept = choose(DISPUTE, CONTRIBUTOR)
    assert (kept.value, kept.author, kept.chosen) == ("b", CONTRIBUTOR, CONTRIBUTOR)
    assert kept.voices == DISPUTE.voices


def test_who_chose_may_change_their_own_answer() -> None:
    kept = speak(choose(DISPUTE, RESPONDENT), RESPONDENT, RoleAnswer("c"), True)
    assert (kept.value, kept.chosen) == ("c", RESPONDENT)
    assert kept.voices == {RESPONDENT: RoleAnswer("c"), CONTRIBUTOR: B}


@pytest.mark.parametrize("chosen", ROLES)
def test_a_contributor_who_says_otherwise_after_the_choice_opens_it_again(chosen: str) -> None:
    kept = speak(choose(DISPUTE, chosen), CONTRIBUTOR, RoleAnswer("c"), True)
    assert kept.disputed
    assert kept.voices == {RESPONDENT: A, CONTRIBUTOR: RoleAnswer("c")}


@pytest.mark.parametrize("role", ROLES)
def test_withdrawing_what_both_said_leaves_the_others(role: str) -> None:
    agreed = speak(DISPUTE, CONTRIBUTOR, A, True)
    other = next(one for one in ROLES if one != role)
    assert speak(agreed, role, RoleAnswer(), True) == SharedAnswer("a", "", other)


def test_withdrawing_the_answer_chosen_leaves_the_others() -> None:
    assert speak(choose(DISPUTE, CONTRIBUTOR), CONTRIBUTOR, RoleAnswer(), True) == MINE


def test_clearing_the_answer_chosen_of_the_other_is_nothing() -> None:
    kept = choose(DISPUTE, RESPONDENT)
    assert speak(kept, CONTRIBUTOR, RoleAnswer(), True) == kept


def test_opened_again_each_has_its_present_comment() -> None:
    kept = replace(choose(DISPUTE, RESPONDENT), comment="Revu depuis.")
    again = speak(kept, CONTRIBUTOR, RoleAnswer("c"), True)
    assert again.voices == {RESPONDENT: RoleAnswer("a", "Revu depuis."), CONTRIBUTOR: RoleAnswer("c")}


def test_comments_of_both_are_kept_when_they_agree_unseen() -> None:
    kept = speak(SharedAnswer("a", "Un.", RESPONDENT), CONTRIBUTOR, RoleAnswer("a", "Deux."), False)
    assert (kept.value, kept.comment, kept.author) == ("a", "Un.\nDeux.", RESPONDENT)


def test_what_is_stored_reads_back() -> None:
    for one in (MINE, DISPUTE, choose(DISPUTE, CONTRIBUTOR)):
        assert held(one.value, one.comment, one.author, json.loads(json.dumps(stored(one)))) == one


# ---- Any order of saves ----------------------------------------------------------------------------------------


@dataclass
class File:
    """What is stored of a file, and what each role last said of each key and saw kept."""

    answers: dict[str, Any] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    voices: dict[str, Any] = field(default_factory=dict)
    last: dict[tuple[str, str], Any] = field(default_factory=dict)

    def held(self, key: str) -> SharedAnswer:
        return held(self.answers.get(key), self.comments.get(key, ""), self.authors.get(key), self.voices.get(key))

    def save(self, role: str, key: str, value: Any, shown: RoleAnswer) -> bool:
        """As a form shown with `shown` does; False when it is told of a conflict."""
        entry = FormAnswer(Ref(key), value, shown.comment, seen_digest(shown.value, shown.comment))
        merged = merge(edition().questionnaire, self, role, [entry])
        if merged.conflicts:
            return False
        self.answers, self.comments = merged.answers, merged.comments
        self.authors, self.voices = merged.authors, merged.voices
        if merged.changed:
            self.last[role, key] = value
        return True

    def choose(self, key: str, role: str) -> None:
        one = choose(self.held(key), role)
        self.answers[key], self.authors[key], self.voices[key] = one.value, role, stored(one)


SINGLE = [one for one in edition().questionnaire.questions.values() if one.kind == "single"][:3]
SAVES = st.lists(
    st.tuples(
        st.sampled_from(ROLES),
        st.sampled_from(SINGLE),
        st.one_of(st.none(), st.integers(0, 2)),
        st.sampled_from(["fresh", "stale", "choose"]),
    ),
    max_size=14,
)


def test_two_tabs_of_one_role_are_told_and_two_roles_are_both_kept() -> None:
    key, first, second = SINGLE[0].id, *(one.id for one in SINGLE[0].options[:2])
    for role in ROLES:
        file = File()
        file.save(role, key, first, RoleAnswer())
        assert not file.save(role, key, second, RoleAnswer())  # the other tab still shows no answer
        other = next(one for one in ROLES if one != role)
        assert file.save(other, key, second, RoleAnswer())
        assert file.held(key).disputed
        assert not file.save(other, key, None, RoleAnswer("elsewhere"))


@given(SAVES)
@settings(max_examples=400)
def test_no_order_of_saves_loses_an_answer(saves: list[tuple[str, Any, int | None, str]]) -> None:
    """Forms shown just before, or shown before the other role saved; choices in between."""
    file, earlier = File(), dict[tuple[str, str], RoleAnswer]()
    for role, question, option, how in saves:
        key, before = question.id, file.held(question.id)
        if how == "choose":
            if before.disputed:
                file.choose(key, role)
            continue
        shown = before.shown(role) if how == "fresh" else earlier.get((role, key), RoleAnswer())
        value = None if option is None else question.options[option].id
        accepted = file.save(role, key, value, shown)
        assert accepted or how == "stale"
        earlier[role, key] = file.held(key).shown(role)
    for (_, key), value in file.last.items():
        one = file.held(key)
        kept = {one.value, *(voice.value for voice in one.voices.values())}
        assert value is None or value in kept
        assert one.disputed == (key in file.voices and key not in file.answers)
        assert one.voices == {} or set(one.voices) == set(ROLES)


@given(SAVES)
def test_the_same_role_alone_never_disputes(saves: list[tuple[str, Any, int | None, str]]) -> None:
    file = File()
    for _, question, option, _ in saves:
        value = None if option is None else question.options[option].id
        assert file.save(RESPONDENT, question.id, value, file.held(question.id).shown(RESPONDENT))
        assert file.answers.get(question.id) == value
    assert file.voices == {}


@given(full_files(), st.data())
@settings(max_examples=30)
def test_the_engine_reads_a_dispute_as_an_answer_not_given(answers: dict[str, Any], data: st.DataObject) -> None:
    """What two roles dispute is read as if it had been removed; only words say that there are two answers."""
    file = File(answers=json.loads(json.dumps(answers)))
    question = data.draw(st.sampled_from(SINGLE))
    mine = file.answers[question.id]
    other = data.draw(st.sampled_from([one.id for one in question.options if one.id != mine]))
    file.save(CONTRIBUTOR, question.id, other, file.held(question.id).shown(CONTRIBUTOR))
    removed = {key: value for key, value in answers.items() if key != question.id}
    assert file.answers == removed
    disputed = frozenset({Ref(question=question.id)})
    read = [read_file(edition(), definitions(), removed, which) for which in (frozenset(), disputed)]
    told = [wordless(json_of(one)) for one in read]
    assert told[0] == told[1]


def wordless(told: Any) -> Any:
    """The same without sentences."""
    if isinstance(told, dict):
        return {key: wordless(one) for key, one in told.items()}
    if isinstance(told, list):
        return [wordless(one) for one in told]
    return None if isinstance(told, str) and " " in told.replace("\xa0", " ") else told


# ---- In the report ---------------------------------------------------------------------------------------------

GIVEN: dict[str, Any] = {"territory": {"name": "Territoire fictif"}, "stage": "s4"}
REF = Ref(question="label")


def difference(chosen: str | None) -> Services:
    said = (RoleStatement(RESPONDENT, OURS, "level1", ""), RoleStatement(CONTRIBUTOR, THEIRS, "level2", "Arrêté reçu."))
    return Services({Ref(question="stage"): OURS}, (RoleDifference(REF, said, chosen),), OURS)


def report(services: Services, answers: dict[str, Any] = GIVEN) -> Report:
    reading = read_file(edition(), definitions(), answers, services.disputed)
    return report_on(reading, answers, DAY, services)


def test_one_role_alone_changes_nothing() -> None:
    plain = report(Services())
    assert plain.services is None
    assert plain.fingerprint == fingerprint(definitions(), edition(), GIVEN, {}, DAY)
    assert {row.by for group in plain.answers for row in group.rows} == {None}


def test_only_the_service_that_is_not_the_usual_one_is_named_row_by_row() -> None:
    found = report(replace(difference(None), authors={Ref(question="stage"): OURS, Ref(question="territory"): THEIRS}))
    assert [row.by for group in found.answers for row in group.rows if row.by] == [THEIRS]
    assert found.services is not None
    assert found.services.usual == OURS


def test_a_waiting_difference_is_a_contradiction_and_no_missing_answer() -> None:
    found = report(difference(None))
    conflict = found.conflicts[-1]
    assert "deux services ont répondu différemment" in conflict.text
    assert [one.short for one in conflict.answers[0].quotes] == [OURS, THEIRS]
    assert found.services is not None
    assert [one.settled for one in found.services.differences] == [False]
    assert found.services.differences[0].sides[1].comment == "Arrêté reçu."
    assert found.services.answered == (f"{OURS}\u00a0: 2\u00a0réponses", f"{THEIRS}\u00a0: 1\u00a0réponse")
    text = edition().questionnaire.every[REF.question].text
    row = next(row for group in found.answers for row in group.rows if row.question == text)
    assert row.answer.startswith(DISPUTED)
    assert THEIRS in row.answer
    assert [one.text for one in found.missing if one.text.startswith(text)] == [
        f"{text} – deux réponses, une à choisir"
    ]


@pytest.mark.parametrize(("chosen", "told"), [(CONTRIBUTOR, THEIRS), (BOTH, "même réponse")])
def test_a_settled_difference_stays_as_the_trace(chosen: str, told: str) -> None:
    found = report(difference(chosen), {**GIVEN, "label": "level2"})
    assert found.services is not None
    assert told in found.services.differences[0].outcome
    assert not [one for one in found.conflicts if "deux services" in one.text]


def test_the_fingerprint_covers_who_said_what() -> None:
    whole = difference(None)
    moved = replace(
        whole.differences[0], said=(whole.differences[0].said[0], RoleStatement(CONTRIBUTOR, THEIRS, "unknown", ""))
    )
    prints = [
        report(one).fingerprint
        for one in (Services(), whole, replace(whole, differences=(moved,)), replace(whole, authors={REF: THEIRS}))
    ]
    assert len(set(prints)) == len(prints)


def test_what_is_not_asked_is_not_shown() -> None:
    answers = {**GIVEN, "stage": "s0"}
    hidden = Services({}, (RoleDifference(Ref(question="axes"), difference(None).differences[0].said, None),))
    assert report(hidden, answers).services is None
