"""The page of a network's reading that leads: made from the declared report alone, which stays byte for byte."""

from __future__ import annotations

from typing import Any

import pytest

from selfassess.core.report.network_reading import lay, with_review
from selfassess.core.report.report import DevicePart, Report, ReviewedPage
from selfassess.core.report.reviewed_page import DECLARED, NETWORK, NOTHING, leading, rules_against
from selfassess.core.report.slots import advised
from selfassess.core.review.acts import SUBMITTED, VALIDATED, Judgement, PastAct, Review, review
from tests.core.report import files
from tests.core.report.reviewed import DAY, VALIDATE, WHO
from tests.core.report.reviewed import NETWORK as NAME

REPORT = files.report("twinning_and_project")
OTHERS = [one.id for one in REPORT.categories if one.verdict == "ruled_out"]


def read(
    devices: tuple[str, ...] = (), categories: dict[str, tuple[bool | None, str]] | None = None, **more: Any
) -> Report:
    """The report as validated with that order, those categories; `day`, `report`, `agenda`, `state`."""
    judgement = Judgement(DAY, WHO, categories or {}, devices, "Vu sur place.", "")
    state = more.get("state", VALIDATED)
    found = Review(state=state, judgement=judgement, validated=VALIDATE, agenda=more.get("agenda", ""))
    return lay(more.get("report", REPORT), found, NAME, more.get("day", DAY))


def page_of(report: Report) -> ReviewedPage:
    assert report.review is not None
    assert report.review.page is not None
    return report.review.page


def sound(report: Report) -> DevicePart:
    """A device that nothing is against, and that the declared page does not advise."""
    return next(one for one in report.devices if not one.rules and one.id not in advised(report))


def refused(report: Report) -> DevicePart:
    return next(one for one in report.devices if any(not rule.first_only for rule in one.rules))


def test_the_declared_report_is_kept_byte_for_byte_and_the_other_is_shown() -> None:
    first, second = advised(REPORT)
    after = read((second, first))
    page, shown = page_of(after), leading(after)
    before = after.model_copy(update={"review": None, "fingerprint": REPORT.fingerprint})
    assert before.model_dump_json() == REPORT.model_dump_json()
    assert [slot.device for slot in page.page_one.slots][:2] == [second, first]
    assert shown.page_one == page.page_one
    assert shown.devices == REPORT.devices
    assert shown.sheets[:2] == (second, first)
    assert page.page_one.headline.title == REPORT.page_one.headline.title
    assert page.page_one.headline.confidence_text == "Lecture du réseau, le 3\u00a0mars\u00a02027."
    assert Report.model_validate_json(after.model_dump_json()) == after


def test_nothing_leads_when_the_network_confirms_or_has_not_validated() -> None:
    for found in (read(), read(advised(REPORT)), read(advised(REPORT)[::-1], state=SUBMITTED)):
        assert found.review is not None
        assert found.review.page is None
        assert leading(found) is found


def test_a_report_kept_before_is_shown_as_it_was() -> None:
    """Its words were not kept: a banner, as on the papers printed then, and the same fingerprint."""
    old = REPORT.model_copy(update={"network_words": None})
    found = read(advised(REPORT)[::-1], report=old)
    assert found.review is not None
    assert found.review.page is None
    assert leading(found) is found
    kept = found.model_dump()
    del kept["review"]["page"]
    assert Report.model_validate(kept) == found
    assert with_review(old, found.review).fingerprint == found.fingerprint
    assert rules_against(old, [refused(REPORT).id], DAY) == []


def test_the_first_category_retained_is_the_title() -> None:
    titles = {one.id: one for one in REPORT.categories}
    principal = next(one.id for one in REPORT.categories if one.principal)
    said: dict[str, tuple[bool | None, str]] = {OTHERS[0]: (True, "Vu."), principal: (False, "Pas vu.")}
    head = page_of(read(categories=said)).page_one.headline
    retained = [
        one for one in REPORT.categories if one.id == OTHERS[0] or (one.verdict == "assigned" and one.id != principal)
    ]
    assert (head.title, head.term, head.sentence) == (retained[0].plain, retained[0].title, retained[0].sentence)
    assert head.secondary == tuple(one.title for one in retained[1:])
    assert (head.provisional, head.mention, head.rivals) == (None, None, ())
    beside = page_of(read(categories={OTHERS[0]: (True, "Vu.")})).page_one.headline
    assert (beside.term, beside.secondary[-1]) == (titles[principal].title, titles[OTHERS[0]].title)
    assert page_of(read(categories={OTHERS[0]: (True, "Vu.")})).page_one.slots == REPORT.page_one.slots


def test_the_territory_chooses_what_it_decides() -> None:
    other = sound(REPORT)
    declared = REPORT.page_one
    found = {one: page_of(read((other.id,), agenda=one)) for one in ("", NETWORK, DECLARED, NOTHING)}
    assert found[""] == found[NETWORK]
    assert found[NETWORK].page_one.decision_of == other.id
    assert found[DECLARED].page_one.decision == declared.decision
    assert found[DECLARED].sheets == (*found[NETWORK].sheets, declared.decision_of)
    assert found[NOTHING].page_one.decision_of is None
    assert [one.id for one in found[NOTHING].agenda] == [NETWORK, DECLARED, NOTHING]
    assert len({read((other.id,), agenda=one).fingerprint for one in (NETWORK, DECLARED, NOTHING)}) == 3
    only = page_of(read(categories={OTHERS[0]: (True, "Vu.")}))
    assert ([one.id for one in only.agenda], only.chosen) == ([DECLARED, NOTHING], DECLARED)


def test_a_choice_is_of_one_validation() -> None:
    def choice(*acts: tuple[str, str]) -> str:
        events = [PastAct(at, DAY, "", WHO, kind, {"choice": said}) for at, (kind, said) in enumerate(acts)]
        return review(events).agenda

    before = (("send", ""), ("validate", ""), ("agenda", NOTHING))
    assert choice(*before) == NOTHING
    assert choice(*before, ("reopen", ""), ("validate", "")) == ""


@pytest.mark.parametrize("name", sorted(files.FILES))
def test_an_order_against_the_rules_is_told_and_shown_as_advice(name: str) -> None:
    report = files.report(name)
    bad = refused(report)
    told = dict(rules_against(report, [bad.id], DAY))[bad.short]
    slot = page_of(read((bad.id,), report=report)).page_one.slots[0]
    assert slot.place == "Conseil du réseau"
    assert slot.rules == told == tuple(one.text for one in bad.rules)
    assert page_of(read((bad.id,), report=report)).page_one.decision.endswith("Aucun engagement à ce stade.")


def test_what_only_bars_the_first_place_is_free_further_on() -> None:
    report = files.report("twinning_and_project")
    late, good = [one for one in report.devices if one.rules and all(rule.first_only for rule in one.rules)][:2]
    slots = page_of(read((late.id, good.id), report=report)).page_one.slots
    assert (bool(slots[0].rules), slots[1].rules) == (True, ())
    assert "Conseil du réseau" not in slots[1].place


def test_a_call_closed_since_the_file_was_sent_is_told() -> None:
    one = sound(REPORT).model_copy(update={"closes": "2027-03-02"})
    report = REPORT.model_copy(update={"devices": tuple(one if d.id == one.id else d for d in REPORT.devices)})
    ((_, told),) = rules_against(report, [one.id], DAY)
    assert told == ("L’appel s’est clos le 2\u00a0mars\u00a02027.",)
    assert rules_against(report, [one.id], "2027-03-02") == []


@pytest.mark.parametrize("name", sorted(files.FILES))
@pytest.mark.parametrize("day", ["2026-11-24", "2027-03-03", "2029-01-01"])
def test_a_calendar_counted_from_the_review_has_no_day_gone_by(name: str, day: str) -> None:
    report = files.report(name)
    wanted = tuple(one.id for one in report.devices[:3])
    page = page_of(read(wanted, report=report, day=day))
    shown = [step for period in page.timeline for step in period.steps]
    every = [step for one in wanted for step in report.device(one).steps]
    assert {step.text for step in every} <= {step.text for step in shown} | {
        text.partition(": ")[2] for text in page.passed
    }
    assert all(step.until >= day for step in shown if step.until)
    assert all(not step.until or step.until <= period.until or step.within == "18m"
               for period in page.timeline for step in period.steps)  # fmt: skip
    assert len(shown) + len(page.passed) == len(every)


def test_sources_of_the_sheets_shown_are_listed() -> None:
    other = next(one for one in REPORT.devices if set(one.cites) - {source.id for source in REPORT.sources})
    shown = leading(read((other.id,)))
    assert set(other.cites) <= {one.id for one in shown.sources}
    assert shown.sources[0] == REPORT.sources[0]


def test_at_most_three_options_and_what_is_left_has_room() -> None:
    leave = REPORT.page_one.slots[-1]
    names = [one.id for one in REPORT.devices if one.id != leave.device][:3]
    three, one = (page_of(read(tuple(names[-at:]))).page_one for at in (3, 1))
    assert [slot.device for slot in three.slots] == [*names, None]
    assert one.slots[-1].device == leave.device
