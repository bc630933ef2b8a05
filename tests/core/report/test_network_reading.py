"""A facilitator's reading laid over a report: what is declared stays, what differs is said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfassess.core.report.network_reading import CONFIRMED, as_draft, lay, network_named
from selfassess.core.report.report import Report
from selfassess.core.report.slots import advised
from selfassess.core.review.acts import (
    SUBMITTED,
    Judgement,
    PastAct,
    review,
)
from tests.core.report import files
from tests.core.report.reviewed import DAY, NETWORK, WHO, judged, keys, remark, review_of, reviewed

REPORT = files.report("twinning_and_project")
RETAINED = [one.id for one in REPORT.categories if one.verdict == "assigned"]
OTHERS = [one.id for one in REPORT.categories if one.verdict == "ruled_out"]
DEVICES = [one.id for one in REPORT.devices]


def said(
    categories: dict[str, tuple[bool | None, str]] | None = None, devices: tuple[str, ...] = (), **more: str
) -> Judgement:
    return Judgement(DAY, WHO, categories or {}, devices, more.get("order_reason", ""), more.get("advice", ""))


def laid(judgement: Judgement | None, *remarks: Any, report: Report = REPORT, **more: Any) -> Report:
    return lay(report, review_of(report, judgement, *remarks, **more), NETWORK, DAY)


def part(report: Report) -> Any:
    assert report.review is not None
    return report.review


@pytest.mark.parametrize("name", sorted(files.FILES))
@pytest.mark.parametrize("kind", ["confirmed", "changed", "longest", "under_way"])
def test_what_is_declared_is_never_altered(name: str, kind: str) -> None:
    before, after = files.report(name), reviewed(name, kind)
    beside = {"review": None, "fingerprint": before.fingerprint}
    assert after.model_copy(update=beside) == before
    assert Report.model_validate_json(after.model_dump_json()) == after
    assert after.fingerprint != before.fingerprint


def test_a_report_kept_before_reads_back() -> None:
    kept = REPORT.model_dump(exclude={"review", "draft"})
    assert Report.model_validate(kept) == REPORT
    assert REPORT.review is None


def test_nothing_said_confirms() -> None:
    same = {one.id: (one.verdict == "assigned", "") for one in REPORT.categories}
    for judgement in (None, said(), said(same, devices=advised(REPORT))):
        found = part(laid(judgement))
        assert found.confirmed
        assert found.sentence == CONFIRMED
        assert not any(one.changed for one in found.categories)
        assert [one.reviewed_text for one in found.categories] == [one.verdict_text for one in REPORT.categories]
        assert found.devices.reviewed == found.devices.declared


def test_each_category_side_by_side() -> None:
    found = part(
        laid(said({RETAINED[0]: (False, "Pas vu."), OTHERS[0]: (True, "Vu."), OTHERS[1]: (False, "D'accord.")}))
    )
    rows = {one.id: one for one in found.categories}
    assert list(rows) == [one.id for one in REPORT.categories]
    removed, added, same, silent = (rows[one] for one in (RETAINED[0], *OTHERS[:3]))
    assert (removed.declared, removed.reviewed, removed.changed, removed.reason) == (True, False, True, "Pas vu.")
    assert (removed.declared_text, removed.reviewed_text) == ("Retenue", "Non retenue")
    assert (added.declared, added.reviewed, added.changed, added.reviewed_text) == (False, True, True, "Retenue")
    assert (same.changed, same.reason, same.reviewed_text) == (False, "D'accord.", same.declared_text)
    assert (silent.changed, silent.reason, silent.reviewed_text) == (False, "", silent.declared_text)
    assert not found.confirmed
    assert found.sentence == f"retient « {added.title} » ; ne retient pas « {removed.title} »"


def test_one_kept_beside_another_is_said_so() -> None:
    kept = {one.id: one.title for one in REPORT.categories}
    assert part(laid(said({OTHERS[0]: (True, "Vu.")}))).sentence == f"retient aussi « {kept[OTHERS[0]]} »"
    two = part(laid(said({OTHERS[0]: (True, ""), OTHERS[1]: (True, "")}))).sentence
    assert two == f"retient aussi « {kept[OTHERS[0]]} » et « {kept[OTHERS[1]]} »"


@pytest.mark.parametrize("verdict", ["assigned", "undecided", "ruled_out"])
@pytest.mark.parametrize("retained", [True, False, None])
def test_what_the_network_says_arrives_whatever_is_declared(verdict: str, retained: bool | None) -> None:
    """Nothing said, or what is declared already: the same. All else is another reading, told as such everywhere."""
    one = next(one for one in files.report("unknown").categories if one.verdict == "undecided")
    words = {"assigned": "Retenue", "undecided": one.verdict_text, "ruled_out": "Non retenue"}
    declared = one.model_copy(update={"verdict": verdict, "verdict_text": words[verdict]})
    report = REPORT.model_copy(update={"categories": (declared,)})
    found = part(laid(said({one.id: (retained, "Vu sur place.")}), report=report))
    (row,) = found.categories
    same = retained is None or (verdict, retained) in {("assigned", True), ("ruled_out", False)}
    assert (row.changed, found.confirmed, row.reason) == (not same, same, "Vu sur place.")
    assert row.reviewed_text == (words[verdict] if same else "Retenue" if retained else "Non retenue")
    wanted = CONFIRMED if same else f"{'retient' if retained else 'ne retient pas'} « {one.title} »"
    assert found.sentence == wanted


def test_another_order_of_devices() -> None:
    first, second = advised(REPORT)
    found = part(laid(said(devices=(second, first), order_reason="Plus simple."))).devices
    assert (found.changed, found.reason) == (True, "Plus simple.")
    assert found.reviewed == tuple(REPORT.device(one).short for one in (second, first))
    assert found.declared == found.reviewed[::-1]
    assert part(laid(said(devices=(second, first)))).sentence == f"conseille d'abord « {found.reviewed[0]} »"
    gone = part(laid(said(devices=("a_device_of_before",)))).devices
    assert (gone.changed, gone.reviewed) == (False, found.declared)


def test_comments_stand_where_they_belong() -> None:
    every = keys(REPORT)
    item = next(one for one in every if one.startswith("actions."))
    given_ = [remark("actions.gone.remains", "Retirée."), remark(item, "Sur l'action."), remark(every[0], "Un."),
              remark("", "En tout."), remark(every[0], "Deux.")]  # fmt: skip
    found = part(laid(None, *given_)).comments
    assert [one.text for one in found] == ["En tout.", "Un.", "Deux.", "Sur l'action.", "Retirée."]
    assert [bool(one.item) for one in found] == [False, False, False, True, False]
    rows = {row.key: row.question for group in REPORT.answers for row in group.rows}
    assert [one.question for one in found][1:4] == [rows[every[0]], rows[every[0]], rows[item]]
    assert (found[0].question, found[-1].question) == ("", "Réponse retirée depuis")
    assert {(one.who, one.day) for one in found} == {(WHO, DAY)}


def test_who_and_in_what_state() -> None:
    validated = part(laid(judged(REPORT)))
    assert (validated.state, validated.who, validated.network, validated.day) == ("validated", WHO, NETWORK, DAY)
    assert part(laid(judged(REPORT), state=SUBMITTED)).state == "under_way"


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("Réseau Val fictif", "le réseau Val fictif"),
        ("réseau des PAT", "le réseau des PAT"),
        ("Val fictif", "le réseau « Val fictif »"),
        ("Réseau", "le réseau « Réseau »"),
        ("", "le réseau"),
    ],
)
def test_a_network_is_named_once(name: str, named: str) -> None:
    assert network_named(name) == named


readings = st.builds(
    said,
    st.dictionaries(
        st.sampled_from([one.id for one in REPORT.categories]), st.tuples(st.booleans(), st.text(max_size=9))
    ),
    st.lists(st.sampled_from(DEVICES), max_size=3, unique=True).map(tuple),
    order_reason=st.text(max_size=9),
    advice=st.text(max_size=9),
)


@given(readings, readings)
def test_the_fingerprint_follows_whatever_is_said(one: Judgement, other: Judgement) -> None:
    first, second = laid(one), laid(other)
    assert (first.fingerprint == second.fingerprint) == (first.review == second.review)
    assert first.fingerprint == laid(one).fingerprint
    changed = any(row.changed for row in part(first).categories) or part(first).devices.changed
    assert part(first).confirmed is not changed
    assert (part(first).sentence == CONFIRMED) is not changed


def test_a_draft_is_marked_and_is_another_document() -> None:
    draft = as_draft(REPORT)
    assert draft.draft
    assert draft.fingerprint != REPORT.fingerprint
    assert draft.model_copy(update={"draft": False, "fingerprint": REPORT.fingerprint}) == REPORT


def test_a_judgement_of_an_earlier_sending_is_not_laid() -> None:
    """What the fold hands over, from events as they are stored."""
    told = {"categories": {RETAINED[0]: {"retained": False, "reason": "Pas vu."}}, "devices": [], "advice": ""}
    events = [PastAct(at, DAY, "facilitator", WHO, kind, told if kind == "judge" else {})
              for at, kind in enumerate(("send", "judge", "withdraw", "restart", "send", "validate"))]  # fmt: skip
    assert part(lay(REPORT, review(events), NETWORK, DAY)).confirmed
    assert not part(lay(REPORT, review(events[:2]), NETWORK, DAY)).confirmed
