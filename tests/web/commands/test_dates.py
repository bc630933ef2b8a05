"""`questions check` tells what time has passed over, and does not fail for it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from selfassess.web.commands import questions_commands
from selfassess.web.commands.groups import questions
from tests.definitions import definitions


def test_dates_are_told_with_their_line(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    with app.app_context():
        questions_commands.tell_dates(date(2030, 1, 1))
    lines = capsys.readouterr().out.splitlines()
    stale = [line for line in lines if "douze mois" in line]
    assert len(stale) == len(definitions().devices)
    places = ("aect-pat/devices/", "aect-pat/calls.yaml:")
    assert all(line.startswith(tuple(f"À revoir\u00a0: {one}" for one in places)) for line in lines)
    assert any("aect-pat/calls.yaml:" in line and "Appel clos le" in line for line in lines)
    assert any("Programme qui s’est achevé le 31\u00a0décembre\u00a02027" in line for line in lines)


def test_the_day_is_an_argument_of_the_command(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[date] = []
    monkeypatch.setattr(questions_commands, "tell_dates", told.append)
    monkeypatch.setattr(questions_commands, "_run_cases", lambda *, untried: None)
    for arguments in (["--day", "2028-02-29"], []):
        assert app.test_cli_runner().invoke(questions, ["check", *arguments]).exit_code == 0
    assert told[0] == date(2028, 2, 29)
    assert told[1] != told[0]
    assert app.test_cli_runner().invoke(questions, ["check", "--day", "hier"]).exit_code == 2
