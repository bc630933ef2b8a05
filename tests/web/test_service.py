"""The service around the pages: start-up, commands, health, statements per page."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from selfassess.store import reports
from selfassess.store.database import db, writing
from selfassess.store.mails import to_facilitator
from selfassess.web.app import create_app
from selfassess.web.definitions import read_library
from selfassess.web.french import moment, now
from selfassess.web.settings import ROOT, VERSION, Settings, kept_secret
from tests.definitions import edition
from tests.desk import a_facilitator, a_file, a_network
from tests.fixtures.waiting import at_once
from tests.web import profiles
from tests.web.conftest import settings_for
from tests.web.profiles import EARLY
from tests.web.walker import Walker


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL sent meanwhile."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_few_statements_per_page(app: Flask, walker: Walker) -> None:
    walker.start()
    walker.walk(profiles.INTERCOMMUNAL, profiles.GROUP)
    pages = ["/", "/dossier", "/dossier/verifier", "/dossier/pat/stage", "/dossier/actions/actions"]
    pages += [url for url in walker.visited if url.startswith("/dossier/actions/")][:6]
    for page in pages:
        with statements(app) as sent:
            walker.client.get(page)
        selects = [one for one in sent if one.startswith("SELECT")]
        assert len(selects) <= 1 + (page == "/dossier/pat/stage"), page  # there, what a public list says of it
    walker.get("/dossier/pat/stage")
    form = walker.answer({"stage": "s3"})
    with statements(app) as sent:
        walker.client.post("/dossier/pat/stage", data=form.values)
    kinds = [one.split()[0] for one in sent if not one.startswith("BEGIN")]
    assert kinds == ["SELECT", "UPDATE", "INSERT"]
    with statements(app) as sent:
        walker.client.get("/methode")
    assert not sent


def test_health(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    nothing = {"waiting": 0, "oldest": None}
    assert client.get("/healthz").json == {
        "version": VERSION, "edition": edition().id, "database": True, "migrations": "current",
        "worker": False, "worker_seen": None, "reports": nothing, "messages": {**nothing, "failed": 0},
    }  # fmt: skip
    with app.app_context():
        reports.give_sign("tests")
    answer = client.get("/healthz")
    assert (answer.json["worker"], answer.json["worker_seen"]) == (True, 0)
    assert answer.headers["Cache-Control"] == "no-store"
    with app.app_context(), writing() as session:
        session.execute(text("ALTER TABLE stored_report RENAME TO gone"))
    assert client.get("/healthz").status_code == 503
    page = client.get("/dossier")
    assert page.status_code == 403  # no cookie: the database is not even asked


@pytest.mark.stores("sqlite", "postgresql")
def test_health_says_what_waits_and_is_cheap(app: Flask) -> None:
    """Of reports and messages due, how many and since when; three statements, none of them a look at files."""
    minute = timedelta(minutes=1)
    with app.app_context():
        file, _ = a_file(EARLY)
        for at, name in enumerate(("a", "b")):
            reports.ask(name * 64, "{}", file.id, "v", now() - minute * (3 - at))
        person = a_facilitator(a_network())
        with writing() as session:
            for at in (-2, -1, 5):
                due = to_facilitator(person, "reset", f"tests.{at}", now())
                due.next_at = now() + minute * at
                session.add(due)
    client = app.test_client()
    client.get("/healthz")
    with statements(app) as sent:
        told = client.get("/healthz").json
    assert [one.split()[0] for one in sent if not one.startswith("BEGIN")] == ["SELECT", "INSERT", "DELETE"]
    assert (told["reports"]["waiting"], told["reports"]["oldest"] // 60) == (1, 2)  # one of a file waits at most
    assert (told["messages"]["waiting"], told["messages"]["oldest"] // 60) == (3, 2)


@pytest.mark.parametrize(("number", "told", "status"), [("0011", "behind", 503), ("9999", "ahead", 200)])
def test_health_knows_the_migrations(app: Flask, number: str, told: str, status: int) -> None:
    """Behind, pages would fail; ahead, another machine has the next program already."""
    with app.app_context(), writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})
    answer = app.test_client().get("/healthz")
    assert (answer.json["migrations"], answer.status_code) == (told, status)


def test_a_dead_database_is_a_page(app: Flask, walker: Walker) -> None:
    walker.start()
    with app.app_context(), writing() as session:
        session.execute(text("ALTER TABLE submission RENAME TO gone"))
    walker.get("/dossier")
    assert walker.response.status_code == 503


# ---- Settings --------------------------------------------------------------------------------------------------


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from selfassess.web.settings import kept_secret; "
    script += "print(kept_secret(Path(sys.argv[1])))"
    path = tmp_path / "secret_key"
    command = [sys.executable, "-c", script, path]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(4)]
    told = {process.communicate()[0].strip() for process in both}
    assert told == {kept_secret(path)}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    given = {"INSTANCE": str(tmp_path), "DATABASE_URL": "postgres://u@h/d", "SECRET_KEY": "k", "BEHIND_HTTPS": "1"}
    settings = Settings.from_environment(given)
    assert settings.database_url == "postgresql+psycopg://u@h/d"
    assert settings.secret_key == "k"
    assert settings.behind_https
    assert not list(tmp_path.iterdir())


def test_behind_https_the_cookie_is_for_https_only(make_app: Any) -> None:
    app = make_app(behind_https=True)
    client = app.test_client()
    response = client.get("/", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "boussole.example"})
    assert "Secure" in response.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in response.headers


def test_bad_definitions_are_all_printed_and_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("selfassess.web.app.read_library", read_library)
    copy = tmp_path / "questions"
    shutil.copytree(ROOT / "questions", copy)
    page = copy / f"aect-pat/editions/{edition().id}/questionnaire.yaml"
    page.write_text(page.read_text().replace("kind: territory", "kind: teritory").replace("max: 4", "max: quatre"))
    settings = settings_for(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        create_app(Settings(**{**vars(settings), "questions": copy}))
    assert stopped.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith(f"aect-pat/editions/{edition().id}/questionnaire.yaml:") for line in lines)


# ---- Commands --------------------------------------------------------------------------------------------------


def run(app: Flask, *arguments: str, given: str | bytes = "") -> Any:
    return app.test_cli_runner().invoke(args=list(arguments), input=given)


@pytest.mark.long  # each run begins by the same command
def test_check_counts(app: Flask) -> None:
    done = run(app, "questions", "check")
    assert done.exit_code == 0
    assert "25\u00a0questions" in done.stdout
    assert "0\u00a0défaut" in done.stdout
    assert ", 0 sans conclusion." in done.stdout


def test_check_says_what_no_case_tries(tmp_path: Path) -> None:
    """A sign whose only case is gone is named; a case that no longer holds is shown with what it got."""
    copy = tmp_path / "questions"
    shutil.copytree(ROOT / "questions", copy)
    cases = copy / f"aect-pat/editions/{edition().id}/cases"
    for path in cases.glob("*.yaml"):
        path.unlink()
    (cases / "one.yaml").write_text(
        "- {name: Un cas, why: Parce que, answers: {actions: []}, expect: {principal: x}}\n"
    )
    device = copy / "aect-pat/devices/anim.yaml"
    text = device.read_text("utf-8").replace("verdicts_expected: [maintenant]", "verdicts_expected: [non_ouvert]")
    device.write_text(text, "utf-8")
    line = text[: text.index("verdicts_expected")].count("\n") + 1
    environment = {**os.environ, "INSTANCE": str(tmp_path), "QUESTIONS": str(copy)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "questions", "check"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 2
    told = [one for one in done.stderr.splitlines() if "/anim.yaml:" in one]
    declared = (
        f"aect-pat/devices/anim.yaml:{line}:1: Le verdict «\u00a0maintenant\u00a0» n’est pas déclaré, et des réponses "
        "le donnent\u00a0: voir le cas «\u00a0Un cas\u00a0»."
    )
    not_declared = (
        f"aect-pat/devices/anim.yaml:{line}:21: Le verdict «\u00a0non_ouvert\u00a0» est déclaré, mais aucune réponse "
        "ne le donne."
    )
    assert {declared, not_declared} <= set(told)  # and what the other edition says of it
    assert "cases/one.yaml:1:" in done.stderr
    assert "attendu x, obtenu potentiel" in done.stderr
    assert "aucun cas n’exerce l’indice" in done.stderr
    assert "aucun cas ne l’atteint" in done.stderr


def test_check_from_a_shell(tmp_path: Path) -> None:
    """As `make check` runs it, and with bad definitions: code 2, one line per fault."""
    copy = tmp_path / "questions"
    shutil.copytree(ROOT / "questions", copy)
    (copy / "aect-pat/study.yaml").write_text("statements: [")
    environment = {**os.environ, "INSTANCE": str(tmp_path), "QUESTIONS": str(copy)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "questions", "check"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 2
    assert done.stderr.startswith("aect-pat/study.yaml:1:")
    assert done.stdout == ""


MANY = {f"k{at}": 1 for at in range(60_000)}


def test_evaluate(app: Flask) -> None:
    answers = {**profiles.INTERCOMMUNAL, "territory": "E200040715"}
    given = json.dumps({"questionnaire": "aect-pat", "edition": edition().id, "day": "2026-11-22", "answers": answers})
    done = run(app, "evaluate", "-", given=given)
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {
        "principal", "equal", "secondary", "provisional_by", "leaning", "potentiel_reading", "potentiel_possible",
        "potentiel_mention", "confidence", "categories", "maturity", "ri_case", "ri_integration", "devices",
        "page_one", "silent_for", "nothing_first", "agenda", "unsaid", "contradictions", "missing", "fingerprint",
    }  # fmt: skip
    assert run(app, "evaluate", "-", given=given).stdout == done.stdout


@pytest.mark.parametrize("day", ["0001-01-01", "2040-01-01", "9999-12-31"])
def test_evaluate_reads_on_any_day(app: Flask, day: str) -> None:
    """Past every date of the files, no call is open nor expected: each device says so."""
    given = json.dumps({"day": day, "answers": {**profiles.INTERCOMMUNAL, "territory": "E200040715"}})
    done = run(app, "evaluate", "-", given=given)
    assert done.exit_code == 0, done.stderr
    entries = {one["entry"] for one in json.loads(done.stdout)["devices"].values()}
    assert day < "2000" or entries == {"open", "over", "not_known"}


def test_evaluate_reads_a_code_as_the_site_does(app: Flask) -> None:
    """The same territory by its code or spelled out: one fingerprint only if what is known of it is the same."""
    outputs = [
        run(app, "evaluate", "-", given=json.dumps({"day": "2026-11-22", "answers": {"territory": territory}})).stdout
        for territory in ("E200040715", "200040715", {"name": "Grenoble-Alpes-Métropole", "type": "metropole"})
    ]
    assert outputs[0] == outputs[1] != outputs[2]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("{", ["1:2: JSON mal formé"]),
        ("[]", ["1:1: un objet JSON"]),
        ("", ["1:1: JSON mal formé"]),
        (b"\xff\xfe", ["UTF-8"]),
        ('{"answers": {"territory": "\\ud800"}}', ["UTF-8"]),
        ("[" * 100_000, ["imbriqués"]),
        ('{"answers": {"x": ' + "9" * 5000 + "}}", ["un nombre est trop long"]),
        ('{"answers": {"stage": "s4" "load": 1}}', ["il manque une virgule"]),
        ('{"answers": {"stage": }}', ["une valeur est attendue"]),
        ("{} {}", ["du texte en trop"]),
        ('{"answers": {}, "answers": {}}', ["deux fois"]),
        ('{"edition": "1999-1", "day": "hier", "answers": {}}', ["edition", "day"]),
        ('{"questionnaire": 3, "answers": {}}', ["questionnaire"]),
        ("{}", ["il manque les réponses"]),
        ('{"answers": [], "other": 1}', ["other", "answers"]),
        (
            '{"day": "hier", "answers": {"stage": "s9", "territory": {"name": "x", "departement": "999"}}}',
            ["day : « hier »", "stage", "territory.departement : aucun département n’a le code « 999 »"],
        ),
        (
            '{"answers": {"territory": {"name": "x", "departements": ["01", "1"]}}}',
            ["territory.departements.1 : aucun département n’a le code « 1 »"],
        ),
        ('{"answers": {"territory": {"name": "x", "departements": "01"}}}', ["une liste de codes de départements"]),
        ('{"answers": 3}', ["answers"]),
        ('{"answers": {"stage": "s9", "nope": 1, "border": ["far"]}}', ["stage", "nope", "border"]),
        ('{"answers": {"territory": "C00000"}}', ["C00000"]),
        ('{"answers": {"actions": [{"device": "x"}, {"nope": 1}]}}', ["actions.0.device", "actions.1.nope"]),
        ('{"answers": {"stage": NaN}}', ["stage"]),
        ('{"answers": {"territory": {"name": "x", "type": []}}}', ["territory.type"]),
        (
            '{"answers": {"territory": {"name": "x", "type": {"a": 1}, "code": [1]}}}',
            ["territory.code", "territory.type"],
        ),
        ('{"answers": {"territory": {"name": "x", "population": ' + "9" * 4000 + "}}}", ["population"]),
        ('{"answers": {"territory": {"name": "x", "population": 1e999}}}', ["population"]),
        ('{"answers": {"actions": [{"label": 5}]}}', ["actions.0.label : un texte"]),
        ('{"answers": {"stage": "a\\nb\\u001b[1m"}}', ["« a b [1m »"]),
        ('{"edition": {}, "questionnaire": [], "day": [], "answers": {}}', ["edition", "questionnaire", "day"]),
        ('{"day": "' + "x" * 10**6 + '", "answers": {}}', ["day : « " + "x" * 40 + " »"]),
        (json.dumps({"answers": {"k" * 10**6: 1}}), ["answers." + "k" * 40 + " :"]),
        (json.dumps({"answers": {"objectives": ["deepen"] * 300_000}}), ["trop grand"]),
        (json.dumps({**MANY, "answers": {}}), [*["clé inconnue"] * 100, "59900 autres fautes"]),
        (json.dumps({"answers": MANY}), [*["answers.k"] * 100, "59900 autres fautes"]),
        (json.dumps({"answers": {"territory": {"name": "x", **MANY}}}), [*["territory.k"] * 100, "59900"]),
        (json.dumps({"answers": {"actions": [MANY]}}), [*["actions.0.k"] * 100, "59900 autres fautes"]),
        ("{" + '"a": 1, "b": 1,' * 30_000 + '"c": 1}', ["a : la clé est", "b : la clé est"]),
    ],
    ids=lambda one: str(one)[:30],
)
def test_evaluate_says_every_fault(app: Flask, given: str | bytes, told: list[str]) -> None:
    done = at_once(lambda: run(app, "evaluate", "-", given=given), 5)
    assert done.exit_code == 2
    assert done.stdout == ""
    lines = done.stderr.replace("\u00a0", " ").splitlines()
    assert len(lines) == len(told), lines
    for line, expected in zip(sorted(lines), sorted(told), strict=True):
        assert expected in line or any(one in line for one in told)


def test_a_revoked_link_opens_nothing(app: Flask, walker: Walker) -> None:
    walker.start()
    link = walker.private_link
    with app.app_context(), writing() as session:
        session.execute(text("UPDATE link SET revoked_at = '2026-11-23 10:00:00'"))
    for address in (link, "/dossier"):
        walker.get(address)
        assert walker.response.status_code == 410
        assert walker.heading == "Ce lien ne fonctionne plus"


def test_an_edition_that_is_gone_is_said(app: Flask, walker: Walker) -> None:
    walker.start()
    with app.app_context(), writing() as session:
        session.execute(text("UPDATE submission SET edition = '1999-1'"))
    walker.get("/dossier")
    assert walker.response.status_code == 503
    walker.get("/")
    assert walker.response.status_code == 200


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2026, 11, 23, 13, 5, tzinfo=UTC), "23 novembre 2026 à 14\u00a0h\u00a005"),
        (datetime(2026, 8, 1, 22, 30, tzinfo=UTC), "2 août 2026 à 0\u00a0h\u00a030"),
        (datetime(2026, 11, 30, 23, 0, tzinfo=UTC), "1er décembre 2026 à 0\u00a0h\u00a000"),
    ],
)
def test_moments_are_told_in_french_and_in_paris(at: datetime, told: str) -> None:
    assert moment(at) == told
