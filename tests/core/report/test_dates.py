"""Dates of devices, to the day: what authors are told, what readers read, and that no verdict moves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from selfassess.authoring.checks.date_checks import dated
from selfassess.content.catalogue import placed
from selfassess.core.answers.in_words import asked_of, day_in_words
from selfassess.core.definition.device import Device, Funding, Programme, Source, ToAsk
from selfassess.core.definition.doors import Call, Doors, months_after
from selfassess.core.definition.edition import Definitions
from selfassess.core.reading import reading
from selfassess.core.report.dates import ending, notes, stale
from selfassess.core.report.device_sheet import rests_on, to_ask
from selfassess.core.report.report import Report
from tests.core.report.files import WHOLE
from tests.definitions import QUESTIONS, definitions, edition, report_on

CHECKED = date(2026, 11, 22)
TEXTS = definitions().texts.dated
DAY = timedelta(days=1)


def device(**changes: Any) -> Device:
    """A device with no date but the day its sheet was read again."""
    first = next(one for one in definitions().devices if one.verify)
    return first.model_copy(update={"checked_on": CHECKED, "programme": None, **changes})


def call(closes: date, **more: Any) -> Call:
    raw = {"id": "tried", "devices": ["erasmus"], "text": "L’appel d’essai", "contact": "afd", "sources": ["S1"]}
    return Call.model_validate({**raw, "closes": closes, **more})


def programme(ends: date) -> Programme:
    raw = {"text": "Le programme d’essai", "ends": ends, "with": "la région", "sources": ["S1"]}
    return Programme.model_validate(raw)


def with_devices(*devices: Device, calls: tuple[Call, ...] = ()) -> Definitions:
    return replace(definitions(), devices=devices, doors=Doors(calls))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 22), 12, date(2027, 11, 22)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2027, 12, 31), -18, date(2026, 6, 30)),
        (date(2027, 1, 31), -2, date(2026, 11, 30)),
        (date(2026, 1, 15), -12, date(2025, 1, 15)),
    ],
)
def test_months(start: date, count: int, end: date) -> None:
    assert months_after(start, count) == end


@pytest.mark.parametrize(
    ("checked", "last"),
    [
        (date(2026, 11, 22), date(2027, 11, 22)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 3, 1), date(2024, 3, 1)),
        (date(2023, 2, 28), date(2024, 2, 28)),
    ],
)
def test_a_sheet_is_stale_the_day_after_twelve_months(checked: date, last: date) -> None:
    one = device(checked_on=checked)
    assert not stale(one, checked)
    assert not stale(one, last)
    assert stale(one, last + DAY)


def test_a_programme_ends_from_eighteen_months_before() -> None:
    ends = date(2027, 12, 31)
    assert not ending(ends, date(2026, 6, 29))
    assert ending(ends, date(2026, 6, 30))
    assert ending(ends, ends + DAY)


def told(one: Device, day: date, *calls: Call) -> list[str]:
    return [note.text for note in notes(TEXTS, one, calls, day)]


def test_what_a_reader_is_told_of_a_call() -> None:
    opens, closes = date(2026, 2, 1), date(2026, 4, 1)
    one = call(closes, opens=opens)
    assert told(device(), opens - DAY, one) == [f"L’appel d’essai ouvre le {day_in_words(opens)}."]
    assert told(device(), opens, one) == [f"L’appel d’essai se clôt le {day_in_words(closes)}."]
    assert told(device(), closes, one) == [f"L’appel d’essai se clôt le {day_in_words(closes)}."]
    assert told(device(), closes + DAY, one) == [f"L’appel d’essai s’est clos le {day_in_words(closes)}."]
    always = call(closes).model_copy(update={"closes": None, "continuous": True})
    assert told(device(), closes, always) == ["L’appel d’essai reçoit les demandes à tout moment."]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("le rectorat", "au rectorat"),
        ("Les services de l’État", "aux services de l’État"),
        ("l’AFD", "à l’AFD"),
        ("Cités unies France", "à Cités unies France"),
    ],
)
def test_whom_to_ask_is_named_after_its_preposition(body: str, said: str) -> None:
    assert asked_of(body) == said


def test_what_a_reader_is_told_of_a_programme() -> None:
    ends = date(2027, 12, 31)
    one = device(programme=programme(ends), checked_on=date(2027, 12, 1))
    assert told(one, date(2026, 6, 29)) == []
    assert told(one, ends) == ["Le programme d’essai s’achève en 2027."]
    assert told(one, ends + DAY) == ["Le programme d’essai s’est achevé en 2027."]


def test_what_was_not_read_is_asked_in_one_line() -> None:
    asked = ToAsk.model_validate({"with": "Le secrétariat", "facts": [{"text": "la cotisation"}, {"text": "la date"}]})
    texts = definitions().texts.devices
    assert to_ask(texts, device(verify=asked)) == ("À demander au secrétariat\u00a0: la cotisation\u00a0; la date.",)
    assert to_ask(texts, device(verify=None)) == ()


def test_a_sheet_tells_the_years_of_what_it_rests_on() -> None:
    dated = [Source(id=f"D{year}", title="Une page", body="Un organisme", year=f"mai {year}") for year in (2021, 2026)]
    plain = Source(id="D0", title="Une page", body="Un organisme", year="sans date")
    told = replace(definitions(), sources={one.id: one for one in (*dated, plain)})

    def said(*names: str) -> str | None:
        paid = tuple(Funding(text="L’aide.", sources=(name,)) for name in names)
        return rests_on(told, device(eligible=(), funding=paid), ())

    lead = "Accès, argent et appels\u00a0: lus dans des pages"
    assert said("D2026", "D2021") == f"{lead} de 2021 à 2026."
    assert said("D2026", "D0") == f"{lead} de 2026, et 1\u00a0page sans date."
    assert said("D0") == f"{lead} sans date."
    assert said() is None


def test_a_text_for_a_type_of_structure_is_told_to_it_alone() -> None:
    paid = (Funding(text="Le service."), Funding(text="Le 1 %.", types=("commune",)))
    one = device(funding=paid)
    assert one.said_to("commune").funding == paid
    assert one.said_to("association").funding == paid[:1]
    assert one.said_to(None).funding == paid  # not known: nothing is kept back


def test_the_first_of_a_month_is_said_as_one_says_it() -> None:
    assert day_in_words(date(2026, 3, 1)).replace("\u00a0", " ") == "1er mars 2026"
    assert day_in_words(date(2026, 8, 12)).replace("\u00a0", " ") == "12 août 2026"


def test_authors_are_told_what_to_read_again() -> None:
    calls = (call(date(2026, 1, 1)), call(date(2030, 1, 1), devices=["horizon"]))
    files = with_devices(device(programme=programme(date(2027, 12, 31))), calls=calls)

    def found(day: date) -> list[tuple[Any, ...]]:
        return [finding.path for finding in dated(files, day)]

    assert found(date(2025, 12, 31)) == [("checked_on",)]  # a day yet to come
    assert found(CHECKED) == [("programme", "ends"), ("calls", 0, "closes")]
    late = dated(files, date(2028, 1, 1))
    assert [finding.path for finding in late] == [("checked_on",), ("programme", "ends"), ("calls", 0, "closes")]
    assert "plus de douze mois" in late[0].message
    assert "s'est achevé" in late[1].message


def test_a_call_that_another_follows_is_not_to_read_again() -> None:
    first, day = call(date(2026, 1, 1)), date(2026, 2, 1)

    def found(*calls: Call) -> list[tuple[Any, ...]]:
        return [one.path for one in dated(with_devices(calls=calls), day)]

    assert found(first) == [("calls", 0, "closes")]
    assert found(first, call(date(2026, 3, 1))) == []
    assert found(first, call(date(2026, 3, 1), programme="other")) == [("calls", 0, "closes")]
    assert found(call(date(2026, 1, 1), last=True)) == []


def test_each_warning_stands_at_its_line() -> None:
    problems = placed(QUESTIONS, dated(definitions(), months_after(CHECKED, 24)))
    assert len([one for one in problems if "douze mois" in one.message]) == len(definitions().devices)
    for one in problems:
        line = (QUESTIONS / one.file).read_text("utf-8").splitlines()[one.line - 1]
        assert any(key in line for key in ("checked_on:", "closes:", "ends:")), (one, line)


def report(day: date) -> Report:
    told = reading.read_file(edition(), definitions(), WHOLE)
    return report_on(told, WHOLE, day)


def test_a_day_changes_words_and_no_verdict() -> None:
    """The same file three years later: same verdicts and ranks."""
    now, later = report(CHECKED), report(date(2029, 11, 22))
    for before, after in zip(now.devices, later.devices, strict=True):
        assert (before.id, before.verdict, before.rank) == (after.id, after.verdict, after.rank)
        assert before.rests_on == after.rests_on  # the years of the pages read, whatever the day


def test_a_report_kept_before_dates_is_still_read() -> None:
    raw = json.loads(report(CHECKED).model_dump_json())
    for one in raw["devices"]:
        del one["dated"], one["rests_on"], one["check_with"]
        one["checked_on"] = "2026-11-22"
    assert Report.model_validate(raw).devices[0].dated == ()


def test_every_date_of_the_files_has_its_source() -> None:
    programmes = [device.programme for device in definitions().devices if device.programme is not None]
    found = [*definitions().doors.calls, *programmes]
    assert found
    assert all(name in definitions().sources for one in found for name in one.sources)
