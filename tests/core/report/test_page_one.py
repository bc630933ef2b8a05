"""Page one says what was decided and nothing else, of any file on any day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfassess.core.reading.decision import decide
from selfassess.core.reading.reading import Reading, read_file
from tests.definitions import definitions, edition, files, full_files, report_on

ANY = st.one_of(files(), full_files())
# The day of the files, in their calls, at the end of their programmes, past every date, the first and the last days.
DAYS = (definitions().rules.day, date(2027, 3, 1), date(2028, 6, 1), date(2040, 1, 1), date.min, date.max)


def reading_of(answers: dict[str, Any]) -> Reading:
    return read_file(edition(), definitions(), answers)


@settings(max_examples=40)
@given(ANY, st.sampled_from(DAYS))
def test_it_has_one_voice(answers: dict[str, Any], day: date) -> None:
    """The agenda is about the first option or about no device; each option gives a reason of its own, and what they
    share is said once, above."""
    reading = reading_of(answers)
    decision, report = decide(definitions(), reading, day), report_on(reading, answers, day)
    page, parts = report.page_one, {one.id: one for one in report.devices}
    if decision.agenda in {"alive", "start"}:
        assert page.decision_of == decision.options[0].device
        assert page.decision == parts[page.decision_of].decision
    else:
        assert page.decision_of is None
    assert [one.device for one in page.slots] == [one.device if one else None for one in decision.places]
    told = [one.text for one in page.slots if one.device]
    assert len(told) == len(set(told))
    assert page.common is None or page.common not in told


@settings(max_examples=10)
@given(ANY)
@pytest.mark.parametrize("day", DAYS)
def test_any_file_on_any_day_has_its_report(day: date, answers: dict[str, Any]) -> None:
    report = report_on(reading_of(answers), answers, day)
    assert type(report).model_validate_json(report.model_dump_json()) == report


@settings(max_examples=20)
@given(ANY, st.sampled_from(DAYS))
def test_a_sheet_asks_once(answers: dict[str, Any], day: date) -> None:
    """What was not read is gathered in one line of the sheet."""
    for one in report_on(reading_of(answers), answers, day).devices:
        told = [one.title, one.entry_text or "", one.funding or "", *one.verify, *(why.text for why in one.reasons)]
        told += [one.change.text if one.change else "", *(step.text for step in one.steps)]
        assert sum("À demander" in text for text in told) <= 1, one.id
