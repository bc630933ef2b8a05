"""How often an hour files are begun, reports asked for, links tried: counted in the database, for all processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from selfassess.store.attempts import count_in_hour
from selfassess.store.database import db
from selfassess.store.models import HourCount, StoredReport, Submission
from selfassess.store.retention import purge
from selfassess.web.settings import FILES, LIMITS, NONE, REPORTS, RESUMES, HourLimit, Settings, SettingsError
from tests.desk import KEEPING, a_file, hold
from tests.fixtures.stores import BOTH, SQLITE
from tests.web.conftest import MakeApp
from tests.web.profiles import EARLY
from tests.web.test_service import statements
from tests.web.walker import Walker

PEOPLE, AT_ONCE = 40, 8
START = datetime.fromisoformat("2026-01-10T12:59:00+00:00")
ONE, ALL = "1" * 64, "a" * 64


def few(**changes: tuple[int, int]) -> Mapping[str, HourLimit]:
    return {**LIMITS, **{name: HourLimit(*most) for name, most in changes.items()}}


def begin(app: Flask, address: str = "192.0.2.1", **headers: str) -> int:
    told = app.test_client().post("/commencer", environ_base={"REMOTE_ADDR": address}, headers=headers)
    return told.status_code


def counts(app: Flask) -> list[int]:
    with app.app_context():
        return sorted(db.session.scalars(select(HourCount.count)))


@pytest.fixture
def open_door(monkeypatch: pytest.MonkeyPatch, make_app: MakeApp) -> MakeApp:
    """Applications whose forms need no token: what is tried here is who may send how many."""

    def make(**settings: object) -> Flask:
        app = make_app(**settings)  # type: ignore[arg-type]
        app.config["WTF_CSRF_ENABLED"] = False
        return app

    return make


# ---- Counting --------------------------------------------------------------------------------------------------


@pytest.mark.stores(*BOTH)
def test_an_hour_s_count_ends_with_the_hour_and_a_refusal_counts_nothing(app: Flask) -> None:
    with app.app_context():
        limits = {ONE: 2, ALL: 3}
        assert [count_in_hour(limits, START) for _ in range(2)] == [None, None]
        assert count_in_hour(limits, START) == START + timedelta(minutes=1)
        assert count_in_hour({"2" * 64: 2, ALL: 3}, START) is None, "what was refused did not count for all"
        assert count_in_hour({"3" * 64: 2, ALL: 3}, START) == START + timedelta(minutes=1)
        assert count_in_hour(limits, START + timedelta(minutes=1)) is None
        purge(KEEPING, START + timedelta(days=2), None)
        assert not db.session.scalars(select(HourCount)).all()


@pytest.mark.stores(*BOTH)
def test_processes_at_once_let_through_no_more_than_the_limit(app: Flask) -> None:
    """Each counts for its own address and for all: none waits for another in a circle."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    fork = multiprocessing.get_context("fork")
    done, started = fork.SimpleQueue(), fork.Barrier(4)

    def ask(number: int) -> None:
        with app.app_context():
            started.wait()
            passed = sum(count_in_hour({str(number % 2) * 64: 40, ALL: 60}, START) is None for _ in range(25))
            db.session.remove()
            db.engine.dispose()
        done.put(passed)
        os._exit(0)

    children = [fork.Process(target=ask, args=(number,)) for number in range(4)]
    for one in children:
        one.start()
    passed = [done.get() for _ in children]
    for one in children:
        one.join()
    assert sum(passed) == 60
    with app.app_context():
        assert db.session.get_one(HourCount, (ALL, START.replace(minute=0))).count == 60


# ---- Pages -----------------------------------------------------------------------------------------------------


def test_forty_people_behind_one_address_work_at_once(app: Flask) -> None:
    """A training room: each begins a file, answers and asks for the report, at the same time."""

    def one(number: int) -> list[int]:
        walker = Walker(app, check=False)
        walker.start()
        codes = [walker.response.status_code]
        walker.get("/dossier/pat/stage")
        form = walker.form()
        form.fill("stage", form.offered["stage"][number % 2])
        walker.send(form)
        codes.append(walker.response.status_code)
        walker.get("/dossier/resultat")
        walker.send(walker.form("form[action*=rapport]"), None)
        return [*codes, walker.response.status_code]

    with ThreadPoolExecutor(AT_ONCE) as room:
        told = list(room.map(one, range(PEOPLE)))
    assert told == [[200] * 3] * PEOPLE
    with app.app_context():
        assert len(db.session.scalars(select(Submission.id)).all()) == PEOPLE
        assert len(db.session.scalars(select(StoredReport.state)).all()) == PEOPLE
    assert counts(app) == [PEOPLE] * 4


def test_files_are_begun_so_often_from_one_address_and_from_all(open_door: MakeApp) -> None:
    app = open_door(limits=few(files=(2, 3)))
    assert [begin(app) for _ in range(3)] == [303, 303, 429]
    assert [begin(app, "192.0.2.2") for _ in range(2)] == [303, 429]
    with app.app_context():
        assert len(db.session.scalars(select(Submission.id)).all()) == 3


def test_the_page_says_when_to_come_again_and_holds_what_was_sent(make_app: MakeApp) -> None:
    walker = Walker(make_app(limits=few(files=(1, 1))))
    walker.start()
    walker.get("/commencer")
    form = walker.form("main form")
    told = walker.client.post(form.action, data=form.values, headers={"Sec-Fetch-Site": "same-origin"})
    assert told.status_code == 429
    assert 0 < int(told.headers["Retry-After"]) <= 3600
    page = walker._follow(told, "/commencer")
    assert "Trop de dossiers commencés de suite" in walker.heading
    assert "Recommencez dans" in walker.text
    assert page.css_first("main form [name=another]").attributes["value"] == "yes"


def test_reports_are_asked_for_so_often_and_what_is_drawn_is_fetched_freely(make_app: MakeApp) -> None:
    app = make_app(limits=few(reports=(1, 1)))
    with app.app_context():
        tokens = [a_file(EARLY)[1] for _ in range(2)]
    walkers = [Walker(app), Walker(app)]
    for walker, token in zip(walkers, tokens, strict=True):
        hold(walker.client, token)
        walker.get("/dossier/resultat")
        walker.send(walker.form("form[action*=rapport]"), None)
    first, second = walkers
    assert first.response.status_code == 200
    assert second.response.status_code == 429
    assert "Seul le PDF attend" in second.text
    assert second.page.css_first("main a.govuk-button").attributes["href"] == "/dossier/resultat"
    assert second.get("/dossier/resultat")
    with app.app_context():
        assert [one.state for one in db.session.scalars(select(StoredReport))] == ["queued"]
    for _ in range(3):  # waiting, and asking whether it is ready, is no new demand
        first.send(first.form("form[action*=rapport]"), None)
        assert first.response.status_code == 200


def test_a_link_that_opens_is_never_refused_whatever_others_tried(make_app: MakeApp) -> None:
    app = make_app(limits=few(resumes=(2, 9)))
    with app.app_context():
        _, token = a_file(EARLY)
    walker = Walker(app)
    for path, code in (("/reprendre/x", 404), ("/lire/x", 404), ("/reprendre/y", 429), ("/lire/y", 429)):
        assert walker.client.get(path).status_code == code
    walker.get("/reprendre/z")
    assert "un lien qui ouvre un dossier n’attend jamais" in walker.text.replace("\u00a0", " ")
    assert walker.get(f"/reprendre/{token}") is not None
    assert walker.response.status_code == 200


def test_who_asks_is_told_by_the_proxy_alone(open_door: MakeApp) -> None:
    """Without one, what a visitor says of itself counts for nothing; behind one, only what it wrote last."""
    alone, behind = open_door(limits=few(files=(1, 9))), open_door(limits=few(files=(1, 9)), behind_https=True)
    assert [begin(alone, **{"X-Forwarded-For": f"198.51.100.{at}"}) for at in range(2)] == [303, 429]
    told = ("192.0.2.7, 203.0.113.9", "192.0.2.8, 203.0.113.9", "192.0.2.7, 203.0.113.10")
    assert [begin(behind, **{"X-Forwarded-For": one}) for one in told] == [303, 429, 303]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_an_ipv6_network_is_one_address(open_door: MakeApp, first: str, second: str, same: bool) -> None:
    app = open_door(limits=few(files=(1, 9)))
    assert [begin(app, str(ip_address(one))) for one in (first, second)] == [303, 429 if same else 303]


def test_one_statement_more_and_on_no_other_request(app: Flask, walker: Walker) -> None:
    walker.get("/")
    with statements(app) as sent:
        walker.start()
    assert sum("hour_count" in one for one in sent) == 1
    with statements(app) as sent:
        walker.get("/dossier/pat/stage")
        form = walker.form()
        form.fill("stage", form.offered["stage"][0])
        walker.send(form)
        walker.get("/dossier/resultat")
    assert not any("hour_count" in one for one in sent)


@pytest.mark.stores(SQLITE)
def test_no_address_is_kept(app: Flask) -> None:
    begin(app, "203.0.113.77")
    assert b"203.0.113.77" not in (Path(app.instance_path) / "test.sqlite").read_bytes()


def test_limits_are_two_numbers(tmp_path: Path) -> None:
    def told(**given: str) -> Settings:
        return Settings.from_environment({"INSTANCE": str(tmp_path), **given})

    public = {"PUBLIC_URL": "https://boussole.example"}
    assert told(LIMIT_FILES="5/50", **public).limits == {**LIMITS, FILES: HourLimit(5, 50)}
    assert told(**public).limits == LIMITS
    assert told(LIMIT_FILES="5/50").limits == {**dict.fromkeys(LIMITS, NONE), FILES: HourLimit(5, 50)}  # being tried
    for wrong in ("5", "50/5", "0/5", "5/50/500", "cinq/dix"):
        with pytest.raises(SettingsError, match="LIMIT_REPORTS"):
            told(LIMIT_REPORTS=wrong)
    assert LIMITS[REPORTS].by_address >= 2 * PEOPLE
    assert LIMITS[RESUMES].by_address >= PEOPLE
