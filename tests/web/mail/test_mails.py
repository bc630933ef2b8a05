"""Messages as they are written and sent: their words, a real mail server in every mood, the folder, « Renvoyer »."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import select

from selfassess.core.review.acts import FACILITATOR
from selfassess.store import mails as line
from selfassess.store.acts import Actor
from selfassess.store.database import db, writing
from selfassess.store.models import Facilitator, Link, Mail, Network, Submission
from selfassess.store.submissions import token_hash
from selfassess.web.french import now
from selfassess.web.mail import outbox, smtp
from selfassess.web.mail.sender import post_next
from selfassess.web.settings import Settings, settings_of
from tests.desk import a_facilitator, a_network, a_sent_file, an_administrator, hold, log_in
from tests.fixtures.mail import Mailbox
from tests.fixtures.waiting import until
from tests.pages import FAULTS_OF_TEXT, leads_somewhere
from tests.visitor import short
from tests.web.profiles import INTERCOMMUNAL
from tests.web.walker import Walker

MakeApp = Callable[..., Flask]
DESK = Actor(FACILITATOR, "Animation du réseau")
SENDER = "Boussole <site@ville.example>"
ADDRESS = "coordination@territoire.example"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/\S*)")
ACTS: dict[str, tuple[str, dict[str, Any]]] = {
    "receipt": ("send", {"network": "Réseau d’essai"}),
    "clarification": ("request", {"questions": ["stage"], "message": "Précisez l’étape.\nMerci."}),
    "cancelled": ("cancel", {"reason": "Vu au téléphone."}),
    "validated": ("validate", {}),
    "reopened": ("reopen", {"reason": "Une réponse a changé."}),
    "finished": ("finish", {"label": "Service des relations internationales", "section": "means"}),
    "assigned": ("assign", {"to": "Animation du réseau"}),
    "corrected": ("correct", {"key": "stage", "before": "Grenobel", "after": "Grenoble", "kind": "comment"}),
}
TO_NETWORK = {"arrived": "send", "resubmitted": "resubmit", "withdrawn": "withdraw"}


def a_reachable_file(network: Network | None = None) -> tuple[Submission, str]:
    sent, token = a_sent_file(network or a_network(), INTERCOMMUNAL)
    with writing():
        sent.email = ADDRESS
    return sent, token


def tell(sent: Submission, kind: str) -> None:
    """A message of that kind waits, with an event as its act writes it."""
    from selfassess.store.models import Event

    name, data = ACTS.get(kind) or (TO_NETWORK[kind], {})
    with writing() as session:
        event = Event(submission_id=sent.id, at=now(), role=FACILITATOR, actor=DESK.label, kind=name, data=data)
        session.add(event)
        session.flush()
        if kind == "assigned":
            [colleague] = db.session.scalars(select(Facilitator)).all()
            session.add_all(line.to_colleague(sent, event, colleague))
        else:
            session.add_all((line.to_network if kind in TO_NETWORK else line.to_respondent)(sent, kind, event))


def last() -> Mail:
    found = select(Mail).order_by(Mail.id.desc()).limit(1).execution_options(populate_existing=True)
    return db.session.scalars(found).one()


def written(app: Flask) -> list[EmailMessage]:
    """The messages in the folder, oldest first."""
    folder = settings_of(app).mails
    return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]


def text_of(made: EmailMessage, kind: str = "plain") -> str:
    body = made.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def faults_of(text: str) -> list[str]:
    return [f"{name}: {found.group()!r} in {text!r}" for rule, name in FAULTS_OF_TEXT if (found := rule.search(text))]


# ---- The words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*ACTS, *TO_NETWORK, "invitation", "administrator", "reset"])
def test_each_message_reads_well_and_leads_somewhere(app: Flask, kind: str) -> None:
    of_account = {"invitation": "invitation", "administrator": "invitation", "reset": "reset"}
    with app.app_context():
        network = a_network("Réseau de l’été, aux très très très longs intitulés")
        with writing():
            network.contact, network.welcome = "Animation, 01 02 03 04 05", "Bienvenue. Voir www.ailleurs.example."
        person = an_administrator() if kind == "administrator" else a_facilitator(network)
        sent, _ = a_reachable_file(network)
        if kind in of_account:
            with writing() as session:
                session.add(outbox.to_facilitator(person, of_account[kind], "1"))
        else:
            tell(sent, kind)
        assert post_next()
        assert (last().state, last().error) == ("sent", None)
        assert not post_next()
        (made,) = written(app)
        reference = sent.reference
    text, page = text_of(made), HTMLParser(text_of(made, "html"))
    assert kind in of_account or reference in made["Subject"]
    assert "PAT" in text
    assert faults_of(str(made["Subject"])) == []
    assert faults_of(re.sub(r"http\S+", "", text).replace("\n", " \n")) == []
    assert not re.search(r"\n{3}|[ \t]\n|None|^\s", text), text
    links = LINK.findall(text)
    assert links
    assert all(leads_somewhere(link, app) for link in links), links
    assert [one.attributes["href"] for one in page.css("a")] == re.findall(r"http\S+", text)
    said = " ".join(unescape(page.body.text() if page.body else "").split())
    assert said == " ".join(text.split()), "the same words in HTML"
    assert ("Le contact de votre réseau : Animation, 01 02 03 04 05" in text) == (kind in ACTS and kind != "assigned")
    assert ("Bienvenue. Voir www. ailleurs. example." in text) == (kind == "receipt")
    assert not page.css("img, script, link, [style], [src]")


def test_headers_say_what_it_is_and_twice_the_same_one_can_be_told(app: Flask) -> None:
    with app.app_context():
        sent, _ = a_reachable_file()
        tell(sent, "validated")
        post_next()
        (first,) = written(app)
        with writing():
            last().state = "uncertain"
        assert line.again(last(), now())
        post_next()
        (second,) = written(app)
    assert re.fullmatch(r"Dossier PAT-\S+\u00a0: relecture validée", first["Subject"])
    assert first["Content-Language"] == "fr"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["To"] == ADDRESS
    assert first["From"].addresses[0].addr_spec == "boussole@localhost"
    for header in ("Message-ID", "Date", "Subject"):
        assert first[header] == second[header] != ""
    assert LINK.findall(text_of(first)) != LINK.findall(text_of(second)), "each sending has its own link"


def test_each_message_has_a_link_of_its_own_that_opens_the_file(app: Flask) -> None:
    with app.app_context():
        sent, token = a_reachable_file()
        tell(sent, "clarification")
        tell(sent, "validated")
        while post_next():
            pass
        both = [LINK.findall(text_of(one)) for one in written(app)]
        passed, links = zip(*both, strict=True)  # the one to pass on comes first
        kept = list(db.session.scalars(select(Link).where(Link.mail_id.is_not(None))))
    assert len({*links, *passed}) == len(kept) == 4
    assert not any(one.hash in link or token in link for one in kept for link in links)
    client = app.test_client()
    assert short(client.get(links[0]).location) == "/dossier/precisions"
    assert short(client.get(links[1]).location) == "/dossier/resultat"
    assert client.get("/dossier").status_code == 200
    reader = app.test_client()
    assert "/lecture/" in reader.get(passed[0]).location
    assert reader.get("/dossier").status_code == 403
    with app.app_context(), writing() as session:
        session.get_one(Link, token_hash(links[1].rpartition("/")[2].partition("?")[0])).revoked_at = now()
    assert app.test_client().get(links[1]).status_code == 410
    assert app.test_client().get(links[0]).status_code == 303


@pytest.mark.parametrize("goal", ["https://ailleurs.example", "//ailleurs.example", "/reseau", "", "precisions/.."])
def test_a_link_leads_nowhere_else(app: Flask, goal: str) -> None:
    with app.app_context():
        _, token = a_reachable_file()
    assert short(app.test_client().get(f"/reprendre/{token}", query_string={"vers": goal}).location) == "/dossier"


def test_no_name_can_write_a_header(app: Flask) -> None:
    with app.app_context():
        network = a_network()
        a_facilitator(network)
        sent, _ = a_sent_file(network, INTERCOMMUNAL)
        with writing():
            sent.name = "Val\r\nBcc: victime@ailleurs.example\r\n\r\nfictif\u2028x"
        tell(sent, "arrived")
        post_next()
        (made,) = written(app)
    assert made["Bcc"] is None
    assert made["Subject"].endswith("reçu\u00a0: Val Bcc: victime @ ailleurs. example fictif x")


def test_an_address_that_is_none_is_not_tried(app: Flask, mailbox: Mailbox, make_app: MakeApp) -> None:
    app = make_app(smtp_url=mailbox.url, mail_from=SENDER)
    with app.app_context():
        sent, _ = a_reachable_file()
        with writing():
            sent.email = "a@b.example>\r\nRCPT TO:<victime@ailleurs.example"
        tell(sent, "validated")
        post_next()
        assert (last().state, last().error) == ("failed", "address")
    assert mailbox.commands == []


def test_html_shows_what_a_person_wrote_as_text(app: Flask) -> None:
    with app.app_context():
        sent, _ = a_reachable_file()
        ACTS["clarification"][1]["message"] = "<script>alert(1)</script> & <b>gras</b>"
        tell(sent, "clarification")
        post_next()
        page = HTMLParser(text_of(written(app)[0], "html"))
    assert not page.css("script, b")
    assert "<script>alert(1)</script> & <b>gras</b>" in page.text()


# ---- A real mail server ------------------------------------------------------------------------------------------


def post_one(app: Flask) -> Mail:
    with app.app_context():
        if db.session.scalar(select(Mail).limit(1)) is None:
            sent, _ = a_reachable_file()
            tell(sent, "validated")
        assert post_next()
        return last()


def test_what_the_server_takes_is_what_was_written(make_app: MakeApp, mailbox: Mailbox) -> None:
    app = make_app(smtp_url=mailbox.url, mail_from=SENDER, public_url="https://pat.example")
    assert post_one(app).state == "sent"
    (made,) = mailbox.messages
    assert (made["To"], made["From"].addresses[0].addr_spec) == (ADDRESS, "site@ville.example")
    assert "https://pat.example/reprendre/" in text_of(made)
    assert made.defects == []
    assert mailbox.commands[1:] == ["MAIL FROM:<site@ville.example>", f"RCPT TO:<{ADDRESS}>", "DATA", "quit"]
    assert all(len(one) <= 998 for one in mailbox.taken[0].split(b"\r\n"))


def test_a_line_that_begins_with_a_dot_arrives_whole(make_app: MakeApp, mailbox: Mailbox) -> None:
    app = make_app(smtp_url=mailbox.url, mail_from=SENDER)
    with app.app_context():
        sent, _ = a_reachable_file()
        ACTS["clarification"][1]["message"] = "Voir :\n.\n..\n.profil"
        tell(sent, "clarification")
        post_next()
    assert "Voir :\n.\n..\n.profil\n" in text_of(mailbox.messages[0]).replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("behaviour", "state", "error"),
    [
        ("refuse", "failed", "RCPT 550"),
        ("later", "queued", "RCPT 451"),
        ("no_data", "queued", "SMTPServerDisconnected"),
        ("content_later", "queued", "content 451"),
        ("content_refused", "failed", "content 554"),
        ("drop", "uncertain", "SMTPServerDisconnected"),
        ("hang_greeting", "queued", "SMTPServerDisconnected"),
        ("hang_rcpt", "queued", "SMTPServerDisconnected"),
        ("hang_content", "uncertain", "SMTPServerDisconnected"),
    ],
)
def test_what_becomes_of_it(
    make_app: MakeApp, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, behaviour: str, state: str, error: str
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT", 0.5)
    mailbox.behaviour = behaviour
    app = make_app(smtp_url=mailbox.url, mail_from=SENDER)
    mail = post_one(app)
    assert (mail.state, mail.error) == (state, error)
    with app.app_context():
        kept = db.session.scalars(select(Link).where(Link.mail_id == mail.id)).all()
    assert len(kept) == 2 * (state == "uncertain"), "the links of what surely did not leave is gone"
    mailbox.go_on.set()
    until(lambda: len(mailbox.taken) == (state == "uncertain"))  # as in life, it had left
    mailbox.behaviour = "accept"
    with app.app_context():
        db.session.remove()
        assert not post_next(), "never again by itself at once"
        if state == "queued":
            with writing():
                last().next_at = now() - timedelta(seconds=1)
            assert post_next()
            assert (last().state, last().attempts) == ("sent", 2)


def test_no_server_at_all(make_app: MakeApp) -> None:
    mail = post_one(make_app(smtp_url="smtp://127.0.0.1:1", mail_from=SENDER))
    assert (mail.state, mail.error) == ("queued", "ConnectionRefusedError")
    assert timedelta(seconds=50) < mail.next_at - now() <= timedelta(seconds=60)


def test_a_password_never_travels_in_the_clear(make_app: MakeApp, mailbox: Mailbox) -> None:
    server = smtp.Server("127.0.0.1", mailbox.port, user="nom", password="secret")
    assert "secret" not in repr(server)
    here, smtp.THIS_MACHINE = smtp.THIS_MACHINE, set()  # as if it were another machine
    try:
        with pytest.raises(smtp.NotSentError, match="no TLS"):
            smtp.deliver(EmailMessage(), server)
    finally:
        smtp.THIS_MACHINE = here
    assert not any("AUTH" in one for one in mailbox.commands)


@pytest.mark.parametrize("url", ["http://x:25", "smtp://", "smtp://h:port", "smtp://h/path", "nothing"])
def test_settings_that_cannot_work_stop_the_application(
    make_app: MakeApp, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        make_app(smtp_url=url)
    assert stopped.value.code == 2
    assert "SMTP_URL" in capsys.readouterr().err


def test_a_sender_that_is_missing_is_told_with_the_name_mistyped(
    make_app: MakeApp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings").write_text('SMTP_URL=smtp://mail.example\nMAIL_FORM="Site <site@ville.example>"\n')
    given = {"INSTANCE": str(tmp_path / "instance"), "SETTINGS_FILE": str(tmp_path / "settings")}
    with pytest.raises(SystemExit):
        make_app(**vars(Settings.from_environment(given)))
    missing, unknown = capsys.readouterr().err.splitlines()
    assert missing.startswith("MAIL_FROM manque")
    assert "MAIL_FORM (MAIL_FROM" in unknown


def test_server_addresses() -> None:
    read = smtp.Server.read("smtps://moi%40ville.example:p%2Fw@mail.example")
    assert read == smtp.Server("mail.example", 465, True, "moi@ville.example", "p/w")
    assert smtp.Server.read("smtp://relay").port == 25


# ---- The folder and its page -------------------------------------------------------------------------------------


def test_the_folder_is_read_on_this_machine(walker: Walker) -> None:
    app = walker.app
    walker.get("/courriels")
    assert "Aucun courriel" in walker.text
    with app.app_context():
        sent, _ = a_reachable_file()
        tell(sent, "validated")
        post_next()
        subject = str(written(app)[0]["Subject"])
        folder = settings_of(app).mails
        assert {oct(path.stat().st_mode & 0o777) for path in [folder, *folder.iterdir()]} == {"0o700", "0o600"}
    walker.get("/courriels")
    walker.get(walker.page.css_first(".app-mails a").attributes["href"] or "")
    assert walker.heading == " ".join(subject.split())
    link = next(one for one in walker.page.css("main a") if "/reprendre/" in one.text())
    walker.get(link.attributes["href"] or "")
    assert walker.path == "/dossier/resultat"


@pytest.mark.parametrize(
    "options",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"Host": "piege.example:8000"}},
    ],
)
def test_nobody_else_reads_the_folder(app: Flask, options: dict[str, Any]) -> None:
    for path in ("/courriels", "/courriels/1"):
        assert app.test_client().get(path, **options).status_code == 404
    assert app.test_client().get("/courriels").status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"read_mails": Settings.read_mails},  # a proxy may make everybody seem to be here: only a setting opens it
        {"smtp_url": "smtp://127.0.0.1:1", "mail_from": SENDER},
        {"behind_https": True},
        {"public_url": "https://boussole.example"},
    ],
)
def test_the_folder_page_is_not_there_in_the_open(make_app: MakeApp, changes: dict[str, Any]) -> None:
    for app in (make_app(**changes),):
        assert "mails.folder" not in app.view_functions
        assert app.test_client().get("/courriels").status_code == 404


# ---- « Renvoyer » ------------------------------------------------------------------------------------------------


def an_uncertain_mail(app: Flask) -> tuple[Network, Submission, str, int]:
    network = a_network()
    sent, token = a_reachable_file(network)
    tell(sent, "clarification")
    with writing():
        last().state = "uncertain"
    return network, sent, token, last().id


def test_the_respondent_sends_it_again(app: Flask) -> None:
    with app.app_context():
        _, _, token, mail = an_uncertain_mail(app)
        _, other_token = a_sent_file(a_network("Autre"), INTERCOMMUNAL)
    client, stranger = app.test_client(), app.test_client()
    hold(client, token)
    hold(stranger, other_token)
    path = f"/dossier/courriels/{mail}/renvoyer"
    app.config["WTF_CSRF_ENABLED"] = False
    assert stranger.post(path).status_code == 404
    assert app.test_client().post(path).status_code == 409
    with app.app_context():
        assert last().state == "uncertain"
    assert client.post(path).status_code == 303
    assert client.post(path).status_code == 303, "asked twice"
    with app.app_context():
        assert (last().state, last().attempts) == ("queued", 0)


def test_a_facilitator_sends_it_again_in_their_network_only(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        network, sent, _, mail = an_uncertain_mail(app)
        mine, theirs = app.test_client(), app.test_client()
        log_in(mine, a_facilitator(network))
        log_in(theirs, a_facilitator(a_network("Autre"), email="autre@reseau.example"))
        path = f"/reseau/dossiers/{sent.reference}/courriels/{mail}/renvoyer"
    assert theirs.post(path).status_code == 404
    assert mine.post(path.replace(f"/{mail}/", f"/{mail + 1}/")).status_code == 404
    with app.app_context():
        assert last().state == "uncertain"
    assert mine.post(path).status_code == 303
    with app.app_context():
        assert last().state == "queued"


def test_the_list_says_what_became_of_each(app: Flask) -> None:
    with app.app_context():
        network = a_network()
        a_facilitator(network)
        sent, _ = a_reachable_file(network)
        states = ["sent", "queued", "failed", "uncertain"]
        for kind, state in zip(["receipt", "clarification", "corrected", "validated"], states, strict=True):
            tell(sent, kind)
            with writing():
                mail = last()
                mail.state, mail.sent_at, mail.error = state, now(), "RCPT 550" if state == "failed" else None
        tell(sent, "withdrawn")
    with app.test_request_context(), app.app_context():
        sent = db.session.get_one(Submission, sent.id)
        desk, mine = outbox.for_desk(sent), outbox.for_respondent(sent)
        page = app.jinja_env.from_string(
            '{% from "macros/mails.html" import mail_list %}{{ mail_list(lines) }}'
        ).render(lines=desk)
    assert [one.state.split(" le ")[0] for one in desk] == [
        "écrit",  # no mail server is set
        "à envoyer",
        "échec",
        "envoi incertain",
        "à envoyer",
    ]
    assert [one.resend is not None for one in desk] == [False, False, True, True, False]
    assert ADDRESS not in page
    assert len(mine) == 4
    assert "refusée" in desk[2].why
    assert page.count("Renvoyer<") == 2
