"""How many messages can be had sent: from one address, to one recipient, to whom; and what becomes of the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfassess.store import mail_queue
from selfassess.store.database import db, writing
from selfassess.store.mails import to_facilitator
from selfassess.store.models import Mail
from selfassess.store.submissions import new_token
from selfassess.web import throttle
from selfassess.web.french import now
from tests.apart import visitor
from tests.desk import a_facilitator, a_file, a_network, hold
from tests.fixtures.stores import BOTH
from tests.web.respond.test_submit import INTERCOMMUNAL

pytestmark = pytest.mark.stores(*BOTH)

VICTIM = "victime@ailleurs.example"


def send(app: Flask, url: str, email: str, address: str = "192.0.2.1") -> tuple[int, str]:
    """A new file is sent, by whoever is at that address; the answer, and what it says."""
    with app.app_context():
        _, token = a_file(INTERCOMMUNAL)
    walker = visitor(app)
    hold(walker.client, token)
    walker.client.environ_base["REMOTE_ADDR"] = address
    walker.get(url)
    form = walker.form("#envoi")
    form.fill("email", email)
    walker.send(form, None)
    if walker.response.status_code == 429:
        assert walker.form("#envoi").values["email"] == email  # nothing is lost
    return walker.response.status_code, walker.text


def messages(app: Flask, recipient: str | None = None) -> int:
    with app.app_context():
        which = () if recipient is None else (Mail.recipient == recipient,)
        return db.session.scalar(select(func.count(Mail.id)).where(*which)) or 0


def test_sendings_are_bounded(app: Flask) -> None:
    """To one recipient, wherever they come from; then from one address, whoever they are to; across applications."""
    with app.app_context():
        a_facilitator(a_network())
    most = throttle.BY_ACCOUNT[throttle.SENDING]
    url = "/dossier/envoyer"
    answers = [send(app, url, VICTIM, f"192.0.2.{at}") for at in range(most)]
    assert {code for code, _ in answers} == {200}
    for address in ("192.0.2.200", "2001:db8::1"):
        code, told = send(app, url, VICTIM.upper(), address)
        assert code == 429
        assert "60 minutes" in told or "59 minutes" in told
    assert messages(app, VICTIM) == most
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.77"}):
        for _ in range(throttle.BY_ADDRESS[throttle.SENDING]):
            assert throttle.minutes_left(throttle.SENDING) == 0
    before = messages(app)
    assert send(app, url, "", "192.0.2.77")[0] == 429
    assert messages(app) == before
    assert send(app, url, "autre@ville.example", "192.0.2.78")[0] == 200


def test_a_room_of_thirty_behind_one_address_is_refused_nothing(app: Flask) -> None:
    """Who each send, take back, send again, have a message sent again, and give a link to six services and a reader."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.30"}):
        for person in range(30):
            email = f"stagiaire{person}@ville.example"
            acts = [(throttle.SENDING, email)] * 2 + [(throttle.SENDING, "")] + [(throttle.SHARING, "")] * 7
            assert [throttle.minutes_left(*one) for one in acts] == [0] * len(acts)


def test_links_given_are_bounded(app: Flask) -> None:
    with app.app_context():
        _, token = a_file(INTERCOMMUNAL)
    walker = visitor(app)
    hold(walker.client, token)
    with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        for _ in range(throttle.BY_ADDRESS[throttle.SHARING] - 1):
            assert throttle.minutes_left(throttle.SHARING) == 0
    for code in (303, 429):
        walker.get("/dossier/partager")
        form = walker.form("form:has([name=role][value=reader])")
        form.fill("label", "Une élue")
        answer = walker.client.post(form.action, data=form.values)
        assert answer.status_code == code
    assert "Une élue" in answer.text


def test_one_recipient_is_written_to_so_often_an_hour_and_the_rest_waits(app: Flask) -> None:
    """Whatever has them sent; a link to choose a password never waits behind them."""
    at = now()
    with app.app_context():
        account = a_facilitator(a_network())
        with writing() as session:
            for number in range(mail_queue.MOST_AN_HOUR + 5):
                session.add(to_facilitator(account, "arrived", f"{number}", at))
        sent = 0
        while claim := mail_queue.take(at, new_token()):
            mail_queue.sent(claim, at)
            sent += 1
        assert sent == mail_queue.MOST_AN_HOUR
        waiting = list(db.session.scalars(select(Mail).where(Mail.state == "queued")))
        assert {(one.next_at, one.attempts) for one in waiting} == {(at + mail_queue.HOUR, 0)}
        with writing() as session:
            session.add(to_facilitator(account, "reset", "x", at))
        claim = mail_queue.take(at, new_token())
        assert claim is not None
        assert claim.mail.kind == "reset"
        mail_queue.sent(claim, at)
        later = at + mail_queue.HOUR + timedelta(seconds=1)
        while claim := mail_queue.take(later, new_token()):
            mail_queue.sent(claim, later)
            sent += 1
        assert sent == mail_queue.MOST_AN_HOUR + 5
