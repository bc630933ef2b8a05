"""`doctor`: each thing missing or unsafe is said, with what to do, and nothing of a site that is as it should be."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from socket import gethostname

import pytest
from flask import Flask
from sqlalchemy import update

from selfassess.core.review.acts import RESPONDENT
from selfassess.store import reports, retention, submissions
from selfassess.store.accounts import INVITATION
from selfassess.store.database import db, writing
from selfassess.store.models import Mail, WorkerSign
from selfassess.web.commands.worker import WorkerParent
from selfassess.web.french import now
from selfassess.web.mail import outbox
from selfassess.web.mail.sender import post_next
from selfassess.web.running import checkup
from selfassess.web.running.doctor_command import told_at_start
from selfassess.web.security import FROM_DOCTOR, doctor_mark
from selfassess.web.settings import EXTENSION, Settings, SettingsError, kept_secret, settings_of
from tests.bench.servers import free_port
from tests.definitions import SLUG, edition
from tests.desk import KEEPING, a_facilitator, a_file, a_network, a_sent_file, hold, log_in
from tests.fixtures.mail import Mailbox
from tests.fixtures.server import Serve
from tests.fixtures.stores import POSTGRESQL
from tests.web.conftest import MakeApp
from tests.web.profiles import EARLY
from tests.web.walker import Walker

KEY = "0123456789abcdef" * 4
ELSEWHERE = "127.1"  # this machine, by a name that is not one of those it calls itself


@pytest.fixture
def safe(tmp_path: Path) -> Settings:
    """A public site as it should be."""
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    return Settings(
        database_url=f"sqlite:///{instance / 'boussole.sqlite'}", secret_key=KEY, questions=tmp_path,
        instance=instance, behind_https=True, public_url="https://pat.example", smtp_url="smtp://mail.example",
        mail_from="Boussole <site@pat.example>", operator_mail="veille@pat.example",
        security_contact="securite@pat.example", legal_operator="Région fictive",
        legal_director="Présidence", legal_host="Hébergement fictif", legal_contact="contact@pat.example",
    )  # fmt: skip  # as one would write it


def told(found: list[checkup.Finding]) -> list[str]:
    return [one.what for one in found if one.unsafe]


def test_nothing_is_said_of_a_site_as_it_should_be(safe: Settings) -> None:
    assert not list(checkup.of_settings(safe))
    assert not told_at_start(safe)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"smtp_url": ""}, "Aucun courriel ne part"),
        ({"public_url": "http://127.0.0.1:8000", "behind_https": False}, "PUBLIC_URL n'est pas réglé"),
        ({"public_url": "http://pat.example", "behind_https": False}, "en clair"),
        ({"behind_https": False}, "BEHIND_HTTPS n'est pas réglé"),
        ({"public_url": "http://pat.example"}, "BEHIND_HTTPS est réglé, alors que"),
        ({"listen": "0.0.0.0:8000"}, "au-delà de cette machine"),
        ({"listen": "[::]:8000"}, "au-delà de cette machine"),
        ({"secret_key": "secret"}, "SECRET_KEY est trop courte"),
        ({"secret_key": "a" * 64}, "SECRET_KEY est trop courte ou trop simple"),
        ({"legal_host": ""}, "l'hébergeur"),
        ({"unknown": ("SMTP_HOTS (SMTP_URL ?)",)}, "SMTP_HOTS (SMTP_URL ?)"),
    ],
)
def test_what_settings_make_unsafe_is_said(safe: Settings, change: dict[str, object], said: str) -> None:
    found = told(list(checkup.of_settings(replace(safe, **change))))  # type: ignore[arg-type]
    assert any(said in one for one in found), found


@pytest.mark.parametrize("listen", ["127.0.0.1:80", "[::1]:80", "unix:/run/site", "localhost:80"])
def test_this_machine_alone_is_no_danger(safe: Settings, listen: str) -> None:
    assert not list(checkup.of_settings(replace(safe, listen=listen)))


def test_secrets_that_others_may_read_are_said(safe: Settings, tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.touch(0o644)
    (safe.instance / "secret_key").touch(0o604)
    found = told(list(checkup.of_settings(replace(safe, file=file))))
    assert [one.split(" est ouvert")[0] for one in found] == [str(file), str(safe.instance / "secret_key")]
    file.chmod(0o640)
    (safe.instance / "secret_key").chmod(0o600)
    assert not list(checkup.of_settings(replace(safe, file=file)))


def a_worker(app: Flask) -> None:
    with app.app_context():
        reports.give_sign(f"{gethostname()}:0")


def of_machine(app: Flask) -> list[str]:
    with app.app_context():
        return told(list(checkup.of_machine(app)))


def test_a_secret_of_its_own_beside_another_machine_is_said(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(secret_key=kept_secret(tmp_path / "secret_key"), instance=tmp_path)
    with app.app_context():
        reports.give_sign(f"{gethostname()}:1")
    assert not of_machine(app)
    with app.app_context():
        reports.give_sign("pages-2:1")
    (said,) = of_machine(app)
    assert said.startswith("Ce site est aussi servi par pages-2, et SECRET_KEY n'est pas réglé")


def test_what_this_machine_lacks_is_said(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ["aucun signe" in one for one in of_machine(app)] == [True]
    a_worker(app)
    assert not of_machine(app)
    with app.app_context(), writing() as session:
        session.execute(update(WorkerSign).values(at=now() - timedelta(minutes=1)))
    assert "ne dit plus rien depuis 60" in of_machine(app)[0]
    a_worker(app)
    monkeypatch.setattr(checkup, "LEAST_FREE", 2**60)
    assert "Mio sur le disque" in of_machine(app)[0]
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert "n'est pas lancée par le compte du site" in of_machine(app)[0]


def test_a_clock_behind_and_a_queue_that_waits_in_vain_are_said(app: Flask) -> None:
    a_worker(app)
    with app.app_context():
        file = submissions.start(SLUG, edition().id, submissions.new_token(), now())
        change = submissions.Change({}, {}, "answer")
        submissions.change(file, lambda found: change, RESPONDENT, now() + timedelta(hours=1))
        account = a_facilitator(a_network())
        with writing() as session:
            past = now() - timedelta(hours=3)
            mail = outbox.to_facilitator(account, INVITATION, "tests")
            mail.created_at = mail.next_at = past
            session.add(mail)
    clock, mail = of_machine(app)
    assert clock.startswith("L'horloge de cette machine retarde")
    assert mail == "Un courriel attend depuis 3\u00a0heures"


@pytest.mark.stores("sqlite", "postgresql")
def test_messages_that_do_not_leave_are_said_put_off_or_given_up(make_app: MakeApp, mailbox: Mailbox) -> None:
    app = make_app(smtp_url=mailbox.url, mail_from="Boussole <site@pat.example>")
    mailbox.behaviour = "later"
    a_worker(app)
    with app.app_context():
        account = a_facilitator(a_network())
        for name in ("one", "other"):
            with writing() as session:
                session.add(outbox.to_facilitator(account, INVITATION, name))
        post_next()
        with writing() as session:
            half_an_hour = {"attempts": 3, "next_at": now() + timedelta(minutes=30)}
            session.execute(update(Mail).where(Mail.attempts == 1).values(half_an_hour))
    told = app.test_client().get("/healthz").json["messages"]
    assert (told["waiting"], told["oldest"] // 60, told["failed"]) == (2, 6, 0)  # after 1, 5 and 30 minutes
    assert of_machine(app) == [
        "Des courriels ne partent pas : 1\u00a0courriel remis à plus tard (dernière erreur : RCPT 451)"
    ]
    with app.app_context():
        with writing() as session:
            session.execute(update(Mail).where(Mail.attempts == 3).values(attempts=4, next_at=now() - timedelta(1)))
        post_next()
    told = app.test_client().get("/healthz").json["messages"]
    assert (told["waiting"], told["failed"]) == (1, 1)
    assert "1 courriel abandonné depuis hier" in of_machine(app)[0]
    mailbox.behaviour = "accept"
    with app.app_context():
        post_next()
    assert not of_machine(app), "another left since: these messages, not the server"


@pytest.mark.parametrize(
    ("behaviour", "login", "said"),
    [
        ("accept", "", ""),
        (
            "no_login",
            "moi:motdepasse@",
            "refuse le compte ou le mot de passe de SMTP_URL (SMTPAuthenticationError 535)",
        ),
        ("accept", "moi:motdepasse@", "ne demande pas de mot de passe"),
        ("hang_greeting", "", "raccroche, ou ne répond pas"),
    ],
)
def test_a_mail_server_that_lets_nobody_in_is_said(
    safe: Settings, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, behaviour: str, login: str, said: str
) -> None:
    monkeypatch.setattr(checkup, "PATIENCE", 0.5)
    mailbox.behaviour = behaviour
    found = told(list(checkup.of_mail_server(replace(safe, smtp_url=f"smtp://{login}127.0.0.1:{mailbox.port}"))))
    assert [said in one for one in found] == [True] * bool(said), found
    assert "motdepasse" not in str(found)
    assert not mailbox.taken


def test_a_mail_server_that_is_not_there_is_said(safe: Settings) -> None:
    (found,) = checkup.of_mail_server(replace(safe, smtp_url=f"smtp://127.0.0.1:{free_port()}"))
    assert "rien n'écoute à cette adresse" in found.what


@pytest.mark.stores(POSTGRESQL)
@pytest.mark.parametrize(("off", "way"), [(timedelta(minutes=190), "avance"), (timedelta(minutes=-190), "retarde")])
def test_a_clock_that_is_not_that_of_the_database_is_said(
    app: Flask, monkeypatch: pytest.MonkeyPatch, off: timedelta, way: str
) -> None:
    a_worker(app)
    assert not of_machine(app)
    monkeypatch.setattr(checkup, "now", lambda: now() + off)
    (said,) = of_machine(app)
    assert f"{way} de 3\u00a0heures sur celle de la base" in said


def test_a_database_behind_or_out_of_reach_is_said(make_app: MakeApp, tmp_path: Path) -> None:
    for url, said in (
        (f"sqlite:///{tmp_path / 'empty.sqlite'}", "La base de données n'est pas à jour"),
        ("postgresql+psycopg://127.0.0.1:1/nothing", "La base de données ne répond pas (OperationalError)"),
    ):
        app = make_app(url)
        assert of_machine(app) == [said]
        with app.app_context():
            db.engine.dispose()


@pytest.mark.parametrize(
    ("served", "said"),
    [
        ({"behind_https": False}, []),
        ({"behind_https": True}, ["laisse passer ce qu'un visiteur dit"]),
        ({"behind_https": False, "secret_key": "other"}, ["a une autre SECRET_KEY"]),
    ],
)
def test_the_site_is_seen_from_outside(
    make_app: MakeApp, serve: Serve, served: dict[str, object], said: list[str]
) -> None:
    """A visitor who lies about where they come from is believed when nothing stands before BEHIND_HTTPS."""
    port = serve(make_app(**served)).rpartition(":")[2]
    asking = replace(settings_of(make_app()), public_url=f"http://{ELSEWHERE}:{port}")
    found = told(list(checkup.from_outside(asking)))
    assert len(found) == len(said), found
    assert all(words in one for words, one in zip(said, found, strict=True)), found


@pytest.mark.parametrize("host", ["127.0.0.1", ELSEWHERE])
def test_pages_started_with_former_settings_are_said(make_app: MakeApp, serve: Serve, host: str) -> None:
    """One of two services is enough; and no word of a setting leaves."""
    former, current = make_app(), make_app()
    turns = cycle((current, former))
    port = serve(lambda environ, start: next(turns)(environ, start)).rpartition(":")[2]
    asking = replace(settings_of(current), public_url=f"http://{host}:{port}", legal_host="Hôte fictif")
    current.extensions[EXTENSION] = former.extensions[EXTENSION] = asking
    assert not list(checkup.of_pages(asking))
    former.extensions[EXTENSION] = replace(asking, smtp_url="smtp://moi:motdepasse@mail.example")
    (found,) = checkup.of_pages(asking)
    assert found.what == "Les pages servent encore d'anciens réglages"
    assert found.unsafe == (host == ELSEWHERE)
    answers = [former.test_client().get("/healthz", headers={FROM_DOCTOR: mark}).json
               for mark in (doctor_mark(asking.secret_key), "me")]  # fmt: skip  # one line each
    assert ["settings" in one for one in answers] == [True, False]
    assert "motdepasse" not in str(answers)
    assert not list(checkup.of_pages(replace(asking, public_url=f"http://{host}:{free_port()}")))


def test_a_worker_started_with_former_settings_is_said(make_app: MakeApp) -> None:
    app = make_app(public_url="https://pat.example")
    with app.app_context():
        WorkerParent(app, []).sign()
    assert not of_machine(app)
    app.extensions[EXTENSION] = replace(settings_of(app), operator_mail="veille@pat.example")
    assert of_machine(app) == ["Ce qui fabrique les PDF et envoie les courriels a encore d'anciens réglages"]


def test_each_setting_changes_the_digest(safe: Settings) -> None:
    """But where a process listens, and where its settings were read."""
    changed = {
        one.name
        for one in fields(Settings)
        if replace(safe, **{one.name: "https://other.example"}).digest != safe.digest  # type: ignore[arg-type]
    }
    assert {one.name for one in fields(Settings)} - changed == {"listen", "file", "unknown"}


def test_a_site_that_nobody_reaches_is_said(safe: Settings) -> None:
    (found,) = checkup.from_outside(replace(safe, public_url=f"http://{ELSEWHERE}:{free_port()}"))
    assert "ne répond pas à cette machine (Connection refused)" in found.what


def test_files_that_should_have_gone_are_said(app: Flask) -> None:
    a_worker(app)
    for late, said in ((1, []), (3, ["1\u00a0dossier aurait dû s'effacer"])):
        with app.app_context():
            a_file(EARLY, at=now() - timedelta(days=90 + late))
            retention.purge(KEEPING, now() - timedelta(days=30 + late), None)
        assert [one.partition(" il y a")[0] for one in of_machine(app)] == said


def test_only_doctor_is_told_who_the_site_takes_it_for(app: Flask) -> None:
    assert "seen" not in app.test_client().get("/healthz", headers={"X-From-Doctor": "me"}).json


def test_the_command_says_a_line_each_and_how_many(make_app: MakeApp) -> None:
    app = make_app(listen="0.0.0.0:80", secret_key=KEY)
    done = app.test_cli_runner().invoke(args=["doctor"])
    *lines, ended = done.stdout.splitlines()
    assert done.exit_code == 1
    unsafe = [one for one in lines if one.startswith("À corriger\u00a0: ")]
    assert lines[: len(unsafe)] == unsafe
    assert all(one.startswith("À savoir\u00a0: ") for one in lines[len(unsafe) :])
    assert ended == f"{len(unsafe)}\u00a0points à corriger, {len(lines) - len(unsafe)}\u00a0remarques."


def test_what_is_unsafe_is_said_at_start_too(safe: Settings) -> None:
    (line,) = told_at_start(replace(safe, smtp_url=""))
    assert line.startswith("À corriger\u00a0: Aucun courriel ne part")
    tried = replace(safe, public_url="http://127.0.0.1:8000", behind_https=False, smtp_url="", legal_host="")
    assert [one.startswith("Site à l’essai") for one in told_at_start(tried)] == [True]


# ---- Settings from a file, and wrong ones ----------------------------------------------------------------------


def settings_from(folder: Path, lines: str, **given: str) -> Settings:
    (folder / "settings").write_text(lines)
    return Settings.from_environment(
        {"INSTANCE": str(folder / "instance"), "SETTINGS_FILE": str(folder / "settings"), **given}
    )


def test_a_file_of_settings_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    lines = "# Le site\n\nMAIL_FROM=\"Boussole <site@pat.example>\"\nLEGAL_HOST='Hôte'\nexport WEB_THREADS=8\nLISTEN=\n"
    found = settings_from(tmp_path, lines + "WEB_PROCESSES=3\nLEGAL_CONTACT=3, rue de l’Essai\n", WEB_PROCESSES="1")
    assert (found.mail_from, found.legal_host) == ("Boussole <site@pat.example>", "Hôte")
    assert (found.web_threads, found.web_processes, found.listen) == (8, 1, "127.0.0.1:8000")
    assert found.legal_contact == "3, rue de l’Essai"
    assert found.file == tmp_path / "settings"


def test_names_that_are_no_settings_are_noticed(tmp_path: Path) -> None:
    given = {"SMTP_HOST": "x", "HOME": "/", "MAIL": "/var/mail/me", "LANG": "C", "BEHIND_HTTP": "1", "PATH": "/bin"}
    found = settings_from(tmp_path, "SMTP_HOTS=mail.example\nTZ=Europe/Paris\n", **given)
    assert found.unknown == ("SMTP_HOTS (SMTP_URL ?)", "TZ", "BEHIND_HTTP (BEHIND_HTTPS ?)", "SMTP_HOST (SMTP_URL ?)")


def test_wrong_values_are_all_told_and_nothing_is_made(tmp_path: Path) -> None:
    given = {"BEHIND_HTTPS": "ture", "LISTEN": "8000", "WEB_THREADS": "0", "PORT": "http", "DATABASE_URL": "u:p@nope"}
    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment({"INSTANCE": str(tmp_path / "instance"), **given})
    assert sorted(one.split()[0] for one in wrong.value.faults) == sorted(given)
    assert "u:p" not in str(wrong.value)
    with pytest.raises(SettingsError, match="settings:2 "):
        settings_from(tmp_path, "SMTP_URL=\nSMTP_URL smtp://x\n")
    with pytest.raises(SettingsError, match="ne peut pas être lu"):
        Settings.from_environment({"SETTINGS_FILE": str(tmp_path / "none")})
    assert not (tmp_path / "instance").exists()


# ---- Without a mail server -------------------------------------------------------------------------------------

SILENT = "Ce site n’envoie aucun courriel"


def test_without_a_mail_server_pages_say_it_and_ask_for_no_address(make_app: MakeApp) -> None:
    app = make_app(read_mails=False)
    with app.app_context():
        network = a_network()
        account = a_facilitator(network)
        file, _ = a_sent_file(network, EARLY)
        reference = file.reference
    walker, desk = Walker(app), Walker(app)
    with app.app_context():
        hold(walker.client, a_file(EARLY)[1])
        log_in(desk.client, account)
    for page in ("/dossier/envoyer", "/dossier/partager"):
        assert SILENT in _text(walker, page)
        assert walker.page.css_first("[name=email]") is None
    assert "prevenir" not in walker.get("/dossier/resultat").html
    assert SILENT in _text(Walker(app), "/reseau/mot-de-passe")
    assert SILENT in _text(desk, "/reseau")
    assert SILENT in _text(desk, f"/reseau/dossiers/{reference}/valider")


def _text(walker: Walker, page: str) -> str:
    walker.get(page)
    return walker.text


def test_how_long_things_are_kept_is_set_in_days(tmp_path: Path) -> None:
    """Never less than owners are told before."""
    found = settings_from(tmp_path, "KEEP_DRAFT_DAYS=31\nKEEP_SENT_DAYS=730\nKEEP_REPORTS_DAYS=1\nBACKUPS_KEPT=7\n")
    assert (found.keeping.draft, found.keeping.sent) == (timedelta(days=31), timedelta(days=730))
    assert (found.keeping.finished, found.keeping.report) == (timedelta(days=365), timedelta(days=1))
    assert found.backups_kept == 7
    wrong = {"KEEP_DRAFT_DAYS": "30", "KEEP_FINISHED_DAYS": "un an", "KEEP_REPORTS_DAYS": "0", "BACKUPS_KEPT": "-1"}
    with pytest.raises(SettingsError) as told:
        settings_from(tmp_path, "", **wrong)
    assert sorted(one.split()[0] for one in told.value.faults) == sorted(wrong)
