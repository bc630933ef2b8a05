"""Page one says what was decided and nothing else, of any file on any day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfassess.core.reading.decision import decide
from selfassess.core.reading.reading import Reading, read_file
from selfassess.core.report.report import Report
from selfassess.core.report.slots import own_reason
from tests.core.report.files import EXCHANGE, PROJECT, SHOWCASE, WHOLE
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


def report_of(*actions: dict[str, Any], **answers: Any) -> Report:
    given = {**WHOLE, "actions": list(actions), **answers}
    return report_on(reading_of(given), given, DAYS[0])


def test_what_would_tell_categories_apart_is_asked_of_those_who_gave_two_answers() -> None:
    both = {**EXCHANGE, "without_it": ["less_rich", "less_known"]}
    assert "au lieu de deux" in report_of(both, PROJECT, SHOWCASE).page_one.headline.confidence_text
    said = report_of(EXCHANGE, PROJECT, SHOWCASE).page_one.headline.confidence_text
    assert "ne les départagent pas" in said
    assert "au lieu de deux" not in said


def test_a_living_action_is_said_with_the_answer_that_keeps_it() -> None:
    first = report_of(SHOWCASE).page_one.slots[0]
    assert first.text == "Elle est en cours et rend le PAT plus connu ou plus légitime."
    full = report_of(SHOWCASE, load="full", working_language="english_in_team").page_one.slots[0].against
    assert (full or "").startswith("Votre PAT n’a pas de place pour plus"), "it is no subject more"


def test_how_to_start_is_not_said_where_nothing_is_proposed() -> None:
    nothing = {"political_will": "no_will", "load": "full", "objectives": ["no_objective"]}
    told, none = report_of(brakes=["brake_start"]), report_of(brakes=["brake_start"], **nothing)
    starts = "les premiers pas de chaque fiche"
    assert any(starts in one for one in told.sentences)
    assert none.page_one.nothing_first
    assert not any(starts in one for one in none.sentences)


def test_an_option_without_a_reason_of_its_own_says_what_it_is() -> None:
    part = report_of().devices[0].model_copy(update={"speaks_for": ("Commune.",), "first_reason": "Commune."})
    assert own_reason(part, "Commune.") == part.gist != ""


def test_a_living_action_that_no_device_is_is_named() -> None:
    """Study visits are no device. A project that answers close is one that the territory is in: it comes first."""
    page = report_of(EXCHANGE).page_one
    assert page.unsaid[0] == "En cours, à faire vivre\xa0: «\xa0Visites d'étude avec Gand, Belgique\xa0»."
    closed = report_of({**PROJECT, "state": "ongoing", "start": "after_plan", "without_it": ["less_rich"]}).page_one
    assert (closed.slots[0].place, closed.slots[0].title) == ("À faire vivre", "Interreg avec Mons, Belgique")
    assert not any("faire vivre" in one for one in report_of(SHOWCASE).page_one.unsaid)


def test_a_device_names_the_action_it_could_wake() -> None:
    page = report_of({"label": "Jumelage avec Rain, Allemagne", "device": "twinning", "food_content": "none"}).page_one
    told = {one.device: one.text for one in page.slots}
    assert "«\xa0Jumelage avec Rain, Allemagne\xa0»" in told["jum_react"]


def test_no_call_is_asked_about_for_what_is_under_way() -> None:
    living = {**PROJECT, "state": "ongoing", "device": "urbact"}
    page = report_of(living, objectives=["no_objective"]).page_one
    assert page.slots[0].device in {"urb_part", "urb_lead"}
    assert "URBACT" not in (page.ask or "")


def test_what_holds_the_time_down_is_said_where_enough_is_declared() -> None:
    """Eighty days with less than half a post count for fewer: the post is told, not the days."""
    few = {"posts": "under_half", "staff_days": "over_80"}
    page = report_of({**PROJECT, "state": "ongoing", "device": "cooperation", "leads": "food_team"}, **few).page_one
    against = page.slots[0].against
    assert against is not None
    assert "l’équipe compte moins d’un demi-poste" in against
    assert "80 jours" not in against
