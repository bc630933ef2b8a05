"""/.well-known/security.txt says whom to tell, never past its day; /robots.txt closes what is somebody's."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from flask import Flask

from selfassess.web.access import ACCESS, PUBLIC
from selfassess.web.french import now
from selfassess.web.settings import Settings, SettingsError
from tests.desk import a_file, hold
from tests.web.conftest import MakeApp
from tests.web.profiles import EARLY

AT = "/.well-known/security.txt"


@pytest.mark.parametrize(
    ("set_to", "said"),
    [
        ("securite@pat.example", "mailto:securite@pat.example"),
        ("https://pat.example/signaler", "https://pat.example/signaler"),
    ],
)
def test_whom_to_tell_of_a_weakness(make_app: MakeApp, set_to: str, said: str) -> None:
    answer = make_app(security_contact=set_to, public_url="https://pat.example").test_client().get(AT)
    lines = dict(one.split(": ", 1) for one in answer.text.splitlines())
    assert answer.content_type == "text/plain; charset=utf-8"
    assert list(lines) == ["Contact", "Expires", "Preferred-Languages", "Canonical"]
    assert (lines["Contact"], lines["Canonical"]) == (said, f"https://pat.example{AT}")
    left = datetime.fromisoformat(lines["Expires"]) - now()
    assert timedelta(days=178) < left < timedelta(days=365)


def test_without_a_contact_there_is_none(app: Flask) -> None:
    assert app.test_client().get(AT).status_code == 404


def test_a_contact_is_an_address(tmp_path: Path) -> None:
    for wrong in ("le service", "http://pat.example/x", "https://", "a@b", "a@b.fr\nContact: x@y.fr"):
        with pytest.raises(SettingsError, match="SECURITY_CONTACT"):
            Settings.from_environment({"INSTANCE": str(tmp_path / "instance"), "SECURITY_CONTACT": wrong})


def test_robots_are_kept_from_what_is_somebody_s_and_from_nothing_else(app: Flask) -> None:
    robots = RobotFileParser()
    robots.parse(app.test_client().get("/robots.txt").text.splitlines())
    for rule in app.url_map.iter_rules():
        whole = rule.rule.replace("<file:file>", "PAT-7K3M-9Q2X")
        named = {"token", "fingerprint", "reference", "file"} & rule.arguments
        if named or ACCESS[rule.endpoint] is not PUBLIC:
            assert not robots.can_fetch("any", whole), whole
    for page in ("/", "/methode", "/methode/2026-1", "/questions", "/mentions-legales", "/verifier", "/static/app.css"):
        assert robots.can_fetch("any", page), page


def test_what_is_reached_all_the_same_is_not_indexed(app: Flask) -> None:
    with app.app_context():
        made, token = a_file(EARLY)
        reference = made.reference
    client = app.test_client()
    hold(client, token)
    for page in (f"/dossier/{reference}", f"/reprendre/{token}", f"/verifier/{'0' * 64}", "/reseau"):
        assert client.get(page).headers["X-Robots-Tag"] == "noindex, nofollow", page
    assert "X-Robots-Tag" not in client.get("/methode").headers
