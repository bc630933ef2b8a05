"""The line of messages, on both databases: one per hand-over and recipient, one sending per claim."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from selfassess.core.review.acts import FACILITATOR
from selfassess.store import mail_queue, mails
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Key, Link, Mail, Network, Submission
from selfassess.store.submissions import find_link, new_token, remove, token_hash
from selfassess.web.french import now
from selfassess.web.report.submission_record import declaration
from tests.definitions import edition
from tests.desk import COORDINATOR, a_facilitator, a_file, a_network, a_sent_file
from tests.fixtures.stores import BOTH
from tests.web.profiles import INTERCOMMUNAL

pytestmark = pytest.mark.stores(*BOTH)

DESK = Actor(FACILITATOR, "Animation du réseau")
ADDRESS = "coordination@territoire.example"


def a_reachable_file(network: Network) -> tuple[Submission, str]:
    """A sent file whose respondent left an address."""
    sent, token = a_sent_file(network, INTERCOMMUNAL)
    with writing():
        sent.email = ADDRESS
    return sent, token


def ask(sent: Submission, kind: str = "clarification") -> Mail:
    """A message to the respondent, written with its act."""
    written = Outcome(
        {"questions": ["stage"], "message": "Précisez."}, rows=lambda event: mails.to_respondent(sent, kind, event)
    )
    perform(sent, "request", DESK, now(), lambda found: written)
    return all_mails()[-1]


def all_mails() -> list[Mail]:
    return list(db.session.scalars(select(Mail).order_by(Mail.id).execution_options(populate_existing=True)))


def take() -> mail_queue.Claim:
    found = mail_queue.take(now(), new_token())
    assert found is not None
    return found


def test_who_is_written_to_when_a_file_arrives(store: Flask) -> None:
    network, other = a_network(), a_network("Autre réseau")
    a_facilitator(network, email="a@reseau.example")
    a_facilitator(network, other, email="b@reseau.example")
    a_facilitator(other, email="elsewhere@reseau.example")
    gone = a_facilitator(network, email="gone@reseau.example")
    invited = a_facilitator(network, email="invited@reseau.example")
    with writing():
        gone.deactivated_at, invited.password = now(), None
    made, _ = a_file(INTERCOMMUNAL)

    def outcome(found: Submission) -> Outcome:
        sent = declaration(found, edition(), "send", now(), network_id=network.id, email=ADDRESS)
        return Outcome(
            values=sent.values,
            rows=lambda event: [
                *sent.rows(event),
                *mails.to_respondent(found, "receipt", event),
                *mails.to_network(found, "arrived", event),
            ],
        )

    perform(made, "send", COORDINATOR, now(), outcome)
    found = [(one.kind, one.recipient) for one in all_mails()]
    assert found == [("receipt", ADDRESS), ("arrived", "a@reseau.example"), ("arrived", "b@reseau.example")]


def test_a_file_assigned_to_someone_is_theirs_until_they_leave(store: Flask) -> None:
    network = a_network()
    one, other = (a_facilitator(network, email=f"{name}@reseau.example") for name in "ab")
    sent, _ = a_sent_file(network, INTERCOMMUNAL)

    def told() -> list[str]:
        ask_again = Outcome({"to": ""}, rows=lambda event: mails.to_network(sent, "resubmitted", event))
        event = perform(sent, "assign", DESK, now(), lambda found: ask_again)
        return [mail.recipient for mail in all_mails() if mail.data["event"] == event.id]

    with writing():
        sent.assigned_id = other.id
    assert told() == [other.email]
    with writing():
        other.deactivated_at = now()
    assert told() == [one.email]


def test_without_an_address_nothing_is_written(store: Flask) -> None:
    sent, _ = a_sent_file(a_network(), INTERCOMMUNAL)
    asked = Outcome({"questions": [], "message": "?"}, rows=lambda e: mails.to_respondent(sent, "clarification", e))
    perform(sent, "request", DESK, now(), lambda found: asked)
    assert all_mails() == []


def test_never_two_messages_for_one_hand_over(store: Flask) -> None:
    sent, _ = a_reachable_file(a_network())
    twice = Outcome(
        {"questions": [], "message": "?"},
        rows=lambda event: [one for _ in range(2) for one in mails.to_respondent(sent, "clarification", event)],
    )
    with pytest.raises(IntegrityError):
        perform(sent, "request", DESK, now(), lambda found: twice)
    db.session.refresh(sent)
    assert sent.state == "submitted"
    person = a_facilitator()
    with writing() as session:
        session.add(mails.to_facilitator(person, "reset", "once", now()))
    with pytest.raises(IntegrityError), writing() as session:
        session.add(mails.to_facilitator(person, "reset", "once", now()))


def test_the_link_is_made_with_the_claim_and_only_its_hash_is_kept(store: Flask) -> None:
    sent, _ = a_reachable_file(a_network())
    mail = ask(sent)
    assert db.session.scalar(select(func.count()).select_from(Link).where(Link.mail_id == mail.id)) == 0
    claim = take()
    link = find_link(claim.token)
    assert link is not None
    assert (link.mail_id, link.role, link.submission_id) == (mail.id, "respondent", sent.id)
    assert link.hash == token_hash(claim.token)
    assert claim.token not in repr(vars(all_mails()[0]))
    assert mail_queue.take(now(), new_token()) is None, "claimed once"
    mail_queue.sent(claim, now())
    assert all_mails()[0].state == "sent"
    assert find_link(claim.token) is not None


def test_what_did_not_leave_waits_longer_each_time_then_fails(store: Flask) -> None:
    sent, _ = a_reachable_file(a_network())
    ask(sent)
    at, waits = now(), []
    for _ in range(mail_queue.MOST_ATTEMPTS):
        token = new_token()
        claim = mail_queue.take(at, token)
        assert claim is not None
        mail_queue.unsent(claim, at, "ConnectionRefusedError")
        mail = all_mails()[0]
        waits.append((mail.next_at - at).total_seconds() / 60)
        assert find_link(token) is None, "its link opens nothing"
        if mail.state == "queued":
            assert mail_queue.take(at, new_token()) is None, "not before its time"
            at = mail.next_at
    assert waits[:-1] == [1, 5, 30, 120]
    assert (mail.state, mail.attempts) == ("failed", 5)
    assert mail_queue.take(at + timedelta(days=9), new_token()) is None
    assert mails.again(mail, now())
    assert not mails.again(mail, now()), "asked twice"
    assert take().mail.attempts == 1


def test_left_by_a_dead_worker_it_is_uncertain_and_stays_so(store: Flask) -> None:
    sent, _ = a_reachable_file(a_network())
    ask(sent)
    claim = take()
    assert mail_queue.release(now() - timedelta(minutes=5)) == 0
    assert mail_queue.release(now() + timedelta(seconds=1)) == 1
    mail = all_mails()[0]
    assert mail.state == "uncertain"
    assert mail_queue.take(now() + timedelta(days=9), new_token()) is None
    assert find_link(claim.token) is not None, "somebody may be reading it"
    mail_queue.sent(claim, now())  # it was only slow
    assert all_mails()[0].state == "sent"


def test_a_slow_worker_says_nothing_of_the_next_sending(store: Flask) -> None:
    sent, _ = a_reachable_file(a_network())
    ask(sent)
    slow = take()
    mail_queue.release(now() + timedelta(seconds=1))
    assert mails.again(all_mails()[0], now())
    assert not mail_queue.unsent(slow, now(), "late")
    again = take()
    assert not mail_queue.sent(slow, now())
    assert all_mails()[0].state == "sending"
    assert mail_queue.sent(again, now())


def test_it_goes_where_the_file_says_now_or_nowhere(store: Flask) -> None:
    sent, _ = a_reachable_file(a_network())
    ask(sent)
    with writing():
        sent.email = "corrected@territoire.example"
    claim = take()
    assert claim.mail.recipient == "corrected@territoire.example"
    mail_queue.unsure(claim, "interrupted")
    with writing():
        sent.email = None
    mails.again(claim.mail, now())
    assert mail_queue.take(now(), new_token()) is None
    assert (all_mails()[0].state, all_mails()[0].error) == ("failed", "no_recipient")


def test_a_facilitator_who_left_or_whose_network_lost_the_file_is_not_told(store: Flask) -> None:
    network, other = a_network(), a_network("Autre réseau")
    one, two = (a_facilitator(network, email=f"{name}@reseau.example") for name in "ab")
    made, _ = a_file(INTERCOMMUNAL)
    sent = declaration(made, edition(), "send", now(), network_id=network.id)
    told = Outcome(values=sent.values, rows=lambda event: mails.to_network(made, "arrived", event))
    perform(made, "send", COORDINATOR, now(), lambda found: told)
    with writing():
        one.deactivated_at = now()
    claim = take()
    assert claim.facilitator is not None
    assert claim.facilitator.id == two.id
    mail_queue.unsent(claim, now() - timedelta(hours=1), "later")
    with writing():
        made.network_id = other.id
    assert mail_queue.take(now(), new_token()) is None
    assert [mail.error for mail in all_mails()] == ["no_recipient", "no_recipient"]


def test_a_deleted_file_takes_its_messages_away_even_while_they_leave(store: Flask) -> None:
    sent, _ = a_reachable_file(a_network())
    ask(sent)
    claim = take()
    remove(sent)
    assert not mail_queue.sent(claim, now())
    assert all_mails() == []


def test_an_invitation_carries_a_key_that_expires(store: Flask) -> None:
    person = a_facilitator(a_network())
    with writing() as session:
        session.add(mails.to_facilitator(person, "invitation", "1", now()))
    claim = take()
    key = db.session.get_one(Key, token_hash(claim.token))
    assert (key.purpose, key.facilitator_id) == ("invitation", person.id)
    assert timedelta(days=6) < key.expires_at - now() < timedelta(days=8)
    mail_queue.unsent(claim, now(), "later")
    assert db.session.get(Key, token_hash(claim.token)) is None


def test_many_workers_claim_each_message_once(store: Flask) -> None:
    person = a_facilitator(a_network())
    with writing() as session:
        session.add_all(mails.to_facilitator(person, "reset", str(number), now()) for number in range(30))
    claimed: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        with store.app_context():
            start.wait()
            while (claim := mail_queue.take(now(), new_token())) is not None:
                claimed.append(claim.mail.id)
                mail_queue.sent(claim, now())
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(claimed) == 30
    assert len(set(claimed)) == 30
    assert {mail.state for mail in all_mails()} == {"sent"}
    assert {mail.attempts for mail in all_mails()} == {1}


@pytest.mark.parametrize("text", ["pat@ville.example", "p.o'x+1@sous.domaine-long.example", "a@b.co"])
def test_addresses_taken(text: str) -> None:
    assert mails.valid_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "pat", "pat@ville", "pat@@ville.example", "pat @ville.example", "pat@ville.example\n",
     "a@b.example,c@d.example",
     "pat@ville.example\r\nBcc: x@y.example", "é@ville.example", "<pat@ville.example>", ".a@ville.example",
     "a..b@ville.example", "a@-ville.example", "a@ville.example.", "x" * 65 + "@ville.example",
     "a@" + "ville." * 50 + "example", "a@ville.1"],
)  # fmt: skip
def test_addresses_refused(text: str) -> None:
    assert not mails.valid_address(text)


def test_the_desk_reads_the_messages_since_the_last_sending(store: Flask) -> None:
    network = a_network()
    sent, _ = a_reachable_file(network)
    ask(sent)
    perform(sent, "withdraw", COORDINATOR, now())
    perform(sent, "restart", COORDINATOR, now())
    again = declaration(sent, edition(), "send", now(), network_id=network.id)
    told = Outcome(values=again.values, rows=lambda e: [*again.rows(e), *mails.to_respondent(sent, "receipt", e)])
    perform(sent, "send", COORDINATOR, now(), lambda found: told)
    assert [one.kind for one in mails.about(sent)] == ["receipt"]
    assert [one.kind for one in mails.for_respondent(sent)] == ["clarification", "receipt"]
