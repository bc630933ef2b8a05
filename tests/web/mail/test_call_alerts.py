"""« Prévenez-moi quand cette porte ouvre »: asked on a sheet, told once a call, stopped in a click."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfassess.core.definition.doors import Call, months_after
from selfassess.core.review.acts import PREVIEW
from selfassess.store import alerts, submissions
from selfassess.store.alerts import CALL
from selfassess.store.database import db, writing
from selfassess.store.models import Alert, AlertStop, Link, Mail, Submission
from selfassess.web.commands.worker import WorkerParent
from selfassess.web.definitions import EXTENSION, library
from selfassess.web.french import now, today
from selfassess.web.mail import outbox
from selfassess.web.mail.call_alerts import notice_calls
from selfassess.web.mail.sender import post_next
from selfassess.web.respond import result
from tests.desk import a_file, a_network, a_sent_file, hold, purged
from tests.web.mail.test_mails import LINK, faults_of, text_of, written
from tests.web.profiles import EARLY, INTERCOMMUNAL, RURAL
from tests.web.walker import Walker

ADDRESS = "agent@ville.example"
ASKING, TAKING_BACK = "form[action$='/resultat/prevenir']", "form[action$='/resultat/ne-plus-prevenir']"
SOON = timedelta(days=40)
SHUT = "erasmus"  # proposed to prepare, to a PAT that begins


def opened(app: Flask) -> tuple[Walker, Submission]:
    """The result of a file, in the browser that holds it, where the door of a device that is proposed is closed."""
    shut(app)
    with app.app_context():
        file, token = a_file(EARLY)
        db.session.expunge(file)
    walker = Walker(app)
    hold(walker.client, token)
    walker.get("/dossier/resultat")
    return walker, file


def asked(walker: Walker, address: str = ADDRESS) -> str:
    """Ask to be told, on the first sheet that offers it; its device."""
    form = walker.form(ASKING)
    form.fill("email", address)
    walker.send(form, None)
    return form.values["device"]


def ask(file: Submission, device: str, address: str = ADDRESS) -> None:
    alerts.ask(file, device, address, [], now())


def add_call(app: Flask, device: str, name: str = "new_call", **changes: object) -> None:
    """What an author writes in calls.yaml, read when the site starts again."""
    call = {"id": name, "devices": (device,), "text": "L’appel d’essai,", "closes": today() + SOON, "contact": "dctciv",
            "sources": ("S28",), **changes}  # fmt: skip  # one call
    known = app.extensions[EXTENSION]
    others = [one for one in known.definitions.doors.calls if one.id != name]
    doors = replace(known.definitions.doors, calls=(*others, Call.model_validate(call)))
    app.extensions[EXTENSION] = replace(known, definitions=replace(known.definitions, doors=doors))


def shut(app: Flask) -> None:
    """No call is open for this device, which one cannot do without: the next one is expected in two months."""
    known = app.extensions[EXTENSION].definitions
    found = [one for one in known.devices if one.id != SHUT]
    (device,) = [one for one in known.devices if one.id == SHUT]
    closed = device.model_copy(update={"call": "needed", "programme": None})
    doors = replace(known.doors, calls=tuple(one for one in known.doors.calls if SHUT not in one.devices))
    definitions = replace(known, devices=(*found, closed), doors=doors)
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], definitions=definitions)
    last, before = months_after(today(), -10), months_after(today(), -22)
    add_call(app, SHUT, "last_year", closes=last, earlier=(before,), yearly=True)


def posted(app: Flask) -> list[EmailMessage]:
    """What the worker sends of what it notices, twice, as it looks again and again."""
    for _ in range(2):
        notice_calls()
        while post_next():
            pass
    return written(app)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_from_the_sheet_to_the_message_and_to_its_end(app: Flask) -> None:
    walker, file = opened(app)
    device = asked(walker)
    assert walker.url.endswith(f"/resultat#prevenir-{device}")
    assert f"Un message partira vers {ADDRESS}" in walker.text
    with app.app_context():
        assert posted(app) == [], "nothing was added"
        add_call(app, device)
        (made,) = posted(app)
        title = next(one.title for one in library().definitions.devices if one.id == device)
        assert count(Link) == 1, "the message opens no file"
    assert made["To"] == ADDRESS
    text = text_of(made)
    assert title in text
    assert "L’appel : L’appel d’essai." in text.replace("\u00a0", " ")
    assert file.reference in text
    assert faults_of(str(made["Subject"])) == []
    assert faults_of(re.sub(r"http\S+", "", text).replace("\n", " \n")) == []
    (link,) = LINK.findall(text)
    reader = Walker(app)
    reader.get(link)
    assert reader.heading == "Ne plus être prévenu"
    with app.app_context():
        assert count(Alert) == 1, "mail programs open links before people do"
    reader.send(reader.form("main form"), None)
    assert reader.heading == "C’est arrêté"
    with app.app_context():
        assert (count(Alert), count(AlertStop), count(Mail)) == (0, 0, 0)
        assert written(app) == [], "what was sent is forgotten too"
        add_call(app, device, "another_call")
        assert posted(app) == []
    assert reader.get(link).css_first("h1").text() == "C’est arrêté"


def test_mail_programs_stop_it_in_one_click(app: Flask) -> None:
    """RFC 8058: an address they post to, without a cookie nor a page of ours."""
    with app.app_context():
        file, _ = a_file(INTERCOMMUNAL)
        ask(file, "cd_bilat")
        add_call(app, "cd_bilat")
        (made,) = posted(app)
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = made["List-Unsubscribe"].strip("<>")
    assert LINK.findall(text_of(made)) == [LINK.findall(address)[0]]
    answer = app.test_client().post(LINK.findall(address)[0], data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    with app.app_context():
        assert count(Alert) == 0


def test_it_is_taken_back_on_the_sheet(app: Flask) -> None:
    walker, _ = opened(app)
    asked(walker)
    walker.send(walker.form(TAKING_BACK), None)
    assert walker.page.css_first(TAKING_BACK) is None
    with app.app_context():
        assert count(Alert) == 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"opens": date(2099, 1, 1), "closes": date(2099, 3, 1)}, True),
        ({"closes": None, "continuous": True}, True),
        ({"closes": date(2020, 1, 1)}, False),
        ({"programme": "alcotra"}, False),
    ],
    ids=["open", "announced", "at any time", "over", "of another zone"],
)
def test_which_calls_are_told(app: Flask, changes: dict[str, object], told: bool) -> None:
    with app.app_context():
        file, _ = a_file(RURAL)
        device = "int_a" if "programme" in changes else "cd_bilat"
        ask(file, device)
        if "programme" in changes:
            assert changes["programme"] in {one.id for one in library().definitions.doors.programmes}
        add_call(app, device, **changes)
        assert len(posted(app)) == told


def test_once_a_call_and_an_address_and_again_the_year_after(app: Flask) -> None:
    """Two files give the same address; the same entry of calls.yaml, over, is dated anew."""
    with app.app_context():
        for address in (ADDRESS, ADDRESS.title(), "autre@ville.example"):
            file, _ = a_file(INTERCOMMUNAL)
            ask(file, "cd_bilat", address)
        add_call(app, "cd_bilat")
        assert sorted(str(one["To"]).lower() for one in posted(app)) == [ADDRESS, "autre@ville.example"]
        add_call(app, "cd_bilat", closes=today() + SOON + timedelta(days=7))
        assert len(posted(app)) == 2, "put off: no news"
        add_call(app, "cd_bilat", closes=today() - timedelta(days=1))
        assert len(posted(app)) == 2
        add_call(app, "cd_bilat", closes=today() + timedelta(days=300))
        assert len(posted(app)) == 4


def test_what_is_known_already_is_not_told(app: Flask) -> None:
    """Announced before it was asked for: the sheet says it."""
    walker, _ = opened(app)
    add_call(app, SHUT, opens=today() + timedelta(days=20))
    assert asked(walker) == SHUT
    with app.app_context():
        assert count(Alert) == 1
        assert posted(app) == []
        add_call(app, SHUT, "another_call")
        assert len(posted(app)) == 1


@pytest.mark.parametrize("typed", ["", "agent", "a@b", "a@b.example, c@d.example"])
def test_a_wrong_address_is_given_back_with_its_fault(app: Flask, typed: str) -> None:
    walker, _ = opened(app)
    device = asked(walker, typed)
    assert walker.response.status_code == 422
    (fault,) = walker.errors
    field = walker.page.css_first(f"#email-{device}")
    assert field.attributes["aria-invalid"] == "true"
    assert field.attributes["value"] == typed
    assert fault in walker.text
    with app.app_context():
        assert count(Alert) == 0


def test_a_file_gives_no_more_than_so_many_addresses(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result, "MOST_ALERTS", 1)
    walker, _ = opened(app)
    asked(walker)
    asked(walker)
    assert walker.response.status_code == 422
    assert "retirez-en une" in walker.errors[0]


def test_one_address_is_given_so_often_an_hour(app: Flask) -> None:
    walker, _ = opened(app)
    for _ in range(11):
        asked(walker)
    assert walker.response.status_code == 429
    with app.app_context():
        assert count(Alert) == 1


def test_a_device_whose_door_is_open_offers_nothing(app: Flask) -> None:
    walker, _ = opened(app)
    token = walker.page.css_first("input[name=csrf_token]").attributes["value"]
    walker.post("/dossier/resultat/prevenir", {"csrf_token": token, "device": "anim", "email": ADDRESS})  # type: ignore[arg-type]
    assert walker.response.status_code == 400
    with app.app_context():
        assert count(Alert) == 0


def test_it_goes_with_the_file(app: Flask) -> None:
    with app.app_context():
        file, _ = a_file(INTERCOMMUNAL)
        ask(file, "cd_bilat")
        add_call(app, "cd_bilat")
        assert len(posted(app)) == 1
        purged(now() + timedelta(days=91))
        assert (count(Submission), count(Alert), count(AlertStop), count(Mail)) == (0, 0, 0, 0)


def test_nobody_else_reads_the_address(app: Flask) -> None:
    """Neither the network, nor a reader, nor the paper, nor the list of messages of the file."""
    with app.app_context():
        file, _ = a_sent_file(a_network(), INTERCOMMUNAL)
        with writing() as session:
            session.add(
                Link(hash=submissions.token_hash("r" * 33), submission_id=file.id, role="reader", created_at=now())
            )
        ask(file, "cd_bilat")
        add_call(app, "cd_bilat")
        assert len(posted(app)) == 1
        assert outbox.for_desk(file) == outbox.for_respondent(file) == []
    reader = Walker(app)
    reader.get(f"/lire/{'r' * 33}")
    assert reader.response.status_code == 200
    assert reader.page.css_first(ASKING) is None
    assert ADDRESS not in reader.response.text


def test_a_trial_asks_for_none(app: Flask) -> None:
    with app.app_context():
        file, token = a_file(INTERCOMMUNAL)
        with writing() as session:
            session.get_one(Submission, file.id).state = PREVIEW
    walker = Walker(app)
    hold(walker.client, token)
    assert walker.get("/dossier/resultat").css_first(ASKING) is None


def test_a_message_that_did_not_leave_keeps_no_link(app: Flask) -> None:
    """Stopped between the noticing and the sending, it does not leave either."""
    with app.app_context():
        file, _ = a_file(INTERCOMMUNAL)
        ask(file, "cd_bilat", "not an address")
        add_call(app, "cd_bilat")
        assert posted(app) == []
        assert db.session.scalars(select(Mail.error)).all() == ["address"]
        assert count(AlertStop) == 0


def test_the_worker_notices(app: Flask) -> None:
    with app.app_context():
        file, _ = a_file(INTERCOMMUNAL)
        ask(file, "cd_bilat")
        add_call(app, "cd_bilat")
        db.session.remove()
    WorkerParent(app, []).beat()
    with app.app_context():
        assert db.session.scalars(select(Mail.kind)).all() == [CALL]
