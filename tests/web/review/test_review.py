"""One file at the desk, without JavaScript: read, commented, asked about, corrected, judged, validated, reopened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from selfassess.core.answers.items import ITEM_ID
from selfassess.core.report.shapes import read_report
from selfassess.core.review.acts import (
    CLARIFICATION,
    CONTRIBUTOR,
    FACILITATOR,
    RESPONDENT,
    SUBMITTED,
    VALIDATED,
)
from selfassess.store import database
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Facilitator, Mail, Network, Submission
from selfassess.store.submissions import Change, change, events
from selfassess.web.french import day_of, now
from selfassess.web.report.submission_record import declaration, declared_report, revisions
from selfassess.web.review.submitted_file import read
from tests.apart import visitor
from tests.definitions import edition
from tests.desk import COORDINATOR, a_facilitator, a_file, a_network, a_sent_file, log_in
from tests.fixtures.stores import BOTH, held
from tests.web.profiles import GROUP, INTERCOMMUNAL, RURAL
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

PLACE = {"name": "PETR du Pays de Brai", "type": "petr", "departement": "76", "band": "from_50k", "population": 50000}
FILE: dict[str, Any] = {**RURAL, "territory": PLACE}
TYPO = "Nous aimerions un exmple."
REMARK = {"key": "stage", "text": "À vérifier."}


@dataclass
class Desk:
    """A reviewer in front of a file."""

    app: Flask
    network: Network
    me: Facilitator
    sent: Submission
    walker: Walker

    @property
    def url(self) -> str:
        return f"/reseau/dossiers/{self.sent.reference}"

    def get(self, way: str = "") -> Walker:
        self.walker.get(self.url + way)
        return self.walker

    def again(self) -> Submission:
        """The file as it is by now."""
        db.session.rollback()
        db.session.expire_all()
        return db.session.get_one(Submission, self.sent.id)

    @property
    def last(self) -> Event:
        return events(self.again())[-1]


@pytest.fixture
def desk(app: Flask) -> Any:
    with app.app_context():
        walker = visitor(app)
        network = a_network()
        me = a_facilitator(network)
        comments = {"stage": TYPO}
        sent, _ = a_sent_file(network, FILE, comments)
        with writing():
            sent.email = "pat@pays-de-bray.example"
        log_in(walker.client, me)
        yield Desk(app, network, me, sent, walker)


def form_of(walker: Walker, action: str = "") -> Any:
    """The form of the page that is not the one of the menu."""
    return walker.form(f".app-layout form[action$='{action}']" if action else "#formulaire")


def resend(desk: Desk, edit: Any, reply: str = "Voici.") -> None:
    """The respondent changes the file, and sends it again."""
    change(desk.again(), edit, RESPONDENT, now())
    moment = now()

    def make(found: Submission) -> Outcome:
        made = declaration(found, edition(), "resubmit", moment)
        return Outcome({"reply": reply}, made.values, made.rows)

    perform(desk.again(), "resubmit", COORDINATOR, moment, make)


def ask(desk: Desk, *keys: str, message: str = "Précisez, s’il vous plaît.") -> None:
    page = desk.get("/precisions")
    form = form_of(page)
    form.fill("question", list(keys))
    form.fill("message", message)
    page.send(form, None)
    assert desk.again().state == CLARIFICATION


def test_glance(desk: Desk) -> None:
    page = desk.get()
    assert page.heading == "PETR du Pays de Brai"
    assert "Valider la relecture" in page.text
    assert (
        "L’international a aidé le PAT à s’organiser (Structuration). À noter : beaucoup d’acteurs et d’actions déjà."
        in page.text.replace("\xa0", " ")
    )
    for part in edition().questionnaire.sections:
        page.get(desk.url)
        page.click(part.desk or part.title)
        assert page.heading == (part.desk or part.title)
        asked = [question for one in part.pages for question in one.questions]
        told = [" ".join((one.desk or one.text).split()) for one in asked if one.id in revisions(desk.sent)[-1].asked]
        assert all(one in page.text for one in told)
    assert desk.get("/nulle-part").response.status_code == 404


def test_who_answered_and_what_two_services_say(desk: Desk) -> None:
    voices = {
        RESPONDENT: {"value": "officer", "comment": ""},
        CONTRIBUTOR: {"value": "department", "comment": "Depuis mars."},
        "chosen": None,
    }

    def edit(found: Submission) -> Change:
        answers = {key: value for key, value in found.answers.items() if key != "ri_service"}
        asked = {"questions": ["ri_service", "twinnings"]}
        authors = {"twinnings": CONTRIBUTOR}
        return Change(answers, found.comments, "answer", asked, authors, {"ri_service": voices})

    ask(desk, "ri_service")
    change(desk.again(), edit, CONTRIBUTOR, now(), "Service des relations internationales")
    resend(desk, lambda found: None)
    page = desk.get()
    assert "Deux services ont répondu différemment" in page.text
    page.get(f"{desk.url}/means")
    assert "Aucune des deux réponses ne compte" in page.text
    assert "Service des relations internationales :" in page.text
    page.get(f"{desk.url}/actions")
    assert "Répondu par : Service des relations internationales" in page.text


def test_comment_on_an_answer(desk: Desk) -> None:
    page = desk.get("/pat")
    form = page.form("[id=stage] form")
    page.send(form, None)
    assert page.response.status_code == 422
    assert page.errors == ["Écrivez votre commentaire avant de l’enregistrer."]
    assert page.page.css_first("[id=stage] details").attributes.get("open", 0) is None
    form.fill("text", "x" * 1001)
    page.send(form, None)
    assert page.errors == ["Ce texte est trop long : retirez 1 caractère."]
    form.fill("text", "Le comité <b>existe</b>-t-il vraiment")
    page.send(form, None)
    assert page.url == f"{desk.url}/pat#stage"
    assert "Le comité <b>existe</b>-t-il" in page.page.css_first("[id=stage]").text()
    page.send(form, None)
    assert [one.kind for one in events(desk.again())].count("comment") == 1
    assert desk.last.data == {"key": "stage", "text": "Le comité <b>existe</b>-t-il vraiment"}
    assert desk.again().state == SUBMITTED


def test_comment_on_the_whole_file(desk: Desk) -> None:
    page = desk.get()
    form = form_of(page, "/commenter")
    page.send(form, None)
    assert page.response.status_code == 422
    form.fill("text", "À revoir ensemble.")
    page.send(form, None)
    assert "Votre commentaire est enregistré." in page.text
    assert "À revoir ensemble." in page.text


def test_comment_on_an_answer_that_is_gone(desk: Desk) -> None:
    page = desk.get("/pat")
    form = page.form("[id=stage] form")
    form.values["key"] = "actions.000000000000.state"
    form.fill("text", "À garder quand même.")
    page.send(form, None)
    assert page.response.status_code == 409
    assert "À garder quand même." in page.text


def test_request_for_precisions(desk: Desk) -> None:
    page = desk.get("/pat")
    page.click("Demander une précision : À quelle étape en est le PAT\u00a0?".replace("\u00a0", " "))
    form = form_of(page)
    assert form.values.getlist("question") == ["stage"]
    form.values.setlist("question", [])
    page.send(form, None)
    assert page.response.status_code == 422
    assert len(page.errors) == 2
    form.values.setlist("question", ["stage", "nope"])
    form.fill("message", "Précisez.")
    page.send(form, None)
    assert "n’est plus dans ce dossier" in page.errors[0]
    assert "Précisez." in page.page.css_first("#message").text()
    form = form_of(page)
    form.fill("question", ["stage", "load"])
    page.send(form, None)
    assert page.url.startswith(desk.url)
    assert "La demande de précisions est enregistrée. Un message part" in page.text
    assert desk.last.data == {"questions": ["stage", "load"], "message": "Précisez."}
    assert [one.kind for one in db.session.scalars(select(Mail))] == ["clarification"]


def test_nothing_is_decided_meanwhile(desk: Desk) -> None:
    forms = {
        way: form_of(desk.get(way))
        for way in ("/valider", "/lecture", "/precisions", "/corriger?quoi=comment&cle=stage")
    }
    ask(desk, "stage")
    page = desk.get()
    offered = {one.attributes["href"] for one in page.page.css("main a[href]")}
    assert not offered & {desk.url + way for way in ("/valider", "/lecture", "/precisions", "/rouvrir")}
    for way, form in forms.items():
        assert desk.get(way).response.status_code == 409
        form.values.setlist("question", ["load"])
        for name in ("message", "advice", "text"):
            form.values[name] = "Ce que j’avais écrit."
        page.send(form, None)
        assert page.response.status_code == 409
        assert "Des précisions sont attendues" in page.text
        assert way == "/valider" or "Ce que j’avais écrit." in page.text
    assert desk.last.kind == "request"
    page.get(desk.url + "/pat")
    assert "Commenter" not in page.text


def test_cancel(desk: Desk) -> None:
    ask(desk, "stage")
    page = desk.get()
    form = form_of(page, "/annuler")
    form.fill("reason", "x" * 1001)
    page.send(form, None)
    assert page.response.status_code == 422
    form = form_of(page, "/annuler")
    form.fill("reason", "Vu par téléphone.")
    page.send(form, None)
    assert "La demande de précisions est annulée." in page.text
    assert (desk.again().state, desk.last.data) == (SUBMITTED, {"reason": "Vu par téléphone."})


def test_what_changed_comes_first(desk: Desk) -> None:
    ask(desk, "stage", "axes", GROUP, message="Quelle étape au juste")

    def edit(found: Submission) -> Change:
        items = [dict(one) for one in found.answers[GROUP]]
        items[0]["label"] = "Projet renommé"
        items[1]["state"] = "ended_recent"
        answers = {**found.answers, "stage": "s3", GROUP: items[:-1]}
        return Change(answers, {**found.comments, "load": "Nous recrutons."}, "answer", {"questions": ["stage"]})

    resend(desk, edit, "C’était une erreur.")
    page = desk.get()
    told = page.page.css_first("section[aria-labelledby=change]")
    words = " ".join(told.text(separator=" ").split())
    for one in (
        "Quelle étape au juste",
        "C’était une erreur.",
        "Projet renommé",
        "retirée du dossier",
        "Nous recrutons.",
    ):
        assert one in words
    assert "Demandé, et inchangé : Sur quels axes" in words
    before, after = _sides(desk)
    assert before != after
    for title, verdict in set(after.items()) - set(before.items()):
        assert f"{title} : {verdict}" in words.replace("\u00a0", " "), title
    assert "Combien" not in words
    links = [str(one.attributes["href"]) for one in told.css("a")]
    assert f"{desk.url}/pat#stage" in links
    assert len(links) == 6
    for link in links:
        page.get(link)
        assert page.page.css_first(f"[id='{link.partition('#')[2]}']"), link
    page.get(f"{desk.url}/pat")
    assert "Changé au dernier envoi." in page.text


def _sides(desk: Desk) -> list[dict[str, str]]:
    """The verdict of each category and device, before and after the last sending."""
    with_verdicts = [read_report(one.report) for one in revisions(desk.again())][-2:]
    return [
        {getattr(one, "short", None) or one.title: one.verdict_text for one in (*report.categories, *report.devices)}
        for report in with_verdicts
    ]


def test_the_whole_file_on_one_page(desk: Desk) -> None:
    """Every answer, the report, and the form of the network's reading, which is sent from there."""
    page = desk.get("/ensemble")
    panes = {one.attributes["id"]: " ".join(one.text(separator=" ").split()) for one in page.page.css(".app-pane")}
    assert list(panes) == ["les-reponses", "le-rapport", "la-lecture"]
    assert len(page.page.css(".app-pane__answers dt")) == sum(len(one.rows) for one in read(desk.again()).parts)
    assert declared_report(desk.sent).page_one.headline.title in panes["le-rapport"]
    page.send(form_of(page), None)
    assert desk.last.kind == "judge"
    perform(desk.again(), "validate", Actor(FACILITATOR, "Animation"), now())
    page.get(f"{desk.url}/ensemble")
    assert not page.page.css("#la-lecture form")
    assert "comme déclaré" in page.text


def test_since_my_last_visit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.get()
    other = a_facilitator(desk.network, email="autre@reseau.example", label="Chargée de mission")
    perform(desk.again(), "comment", Actor(FACILITATOR, other.label, other.id), now(), lambda f: Outcome(REMARK))
    for _ in range(2):  # coming back to the page does not hide it
        page = desk.get()
        assert "Depuis votre dernière visite" in page.text
        assert "Chargée de mission" in page.page.css_first("[aria-labelledby=nouveau]").text()
    monkeypatch.setattr("selfassess.web.review.file_changes.SITTING", timedelta(0))
    assert "Depuis votre dernière visite" not in desk.get().text


def test_own_reading_is_first_the_declared_one(desk: Desk) -> None:
    page = desk.get("/lecture")
    form = form_of(page)
    page.send(form, None)
    assert page.url.startswith(desk.url + "?")
    said = desk.last.data
    declared = {one.id: one.verdict for one in declared_report(desk.sent).categories}
    assert {name: one["retained"] for name, one in said["categories"].items()} == {
        name: verdict == "assigned" for name, verdict in declared.items() if verdict != "undecided"
    }
    assert (said["devices"], said["order_reason"], said["advice"]) == ([], "", "")
    assert "comme déclaré" in page.text


def test_own_reading_wants_reasons(desk: Desk) -> None:
    page = desk.get("/lecture")
    form = form_of(page)
    kept = next(one for one in declared_report(desk.sent).categories if one.verdict == "assigned")
    added = next(one for one in declared_report(desk.sent).categories if one.verdict == "ruled_out")
    rest = edition().typology.remainder
    form.fill(f"retained-{kept.id}", "no")
    page.send(form, None)
    assert page.errors == [f"{kept.title} : écrivez pourquoi votre lecture n’est pas celle déclarée."]
    form.fill(f"reason-{kept.id}", "Rien n’en reste.")
    page.send(form, None)
    assert page.errors == ["Retenez au moins une catégorie."]
    for one in (added.id, rest.id):
        form.fill(f"retained-{one}", "yes")
        form.fill(f"reason-{one}", "Vu sur place.")
    page.send(form, None)
    assert "ne va avec aucune autre catégorie" in page.errors[0]
    form.fill(f"retained-{rest.id}", "no")
    devices = [one for one in form.offered["device"] if one]
    form.fill("device", [devices[5], devices[5], ""])
    page.send(form, None)
    assert ["choisi deux fois" in one for one in page.errors] == [True, False]
    form.fill("device", [devices[5], devices[2], ""])
    form.fill("order_reason", "L’équipe connaît ces voisins.")
    form.fill("advice", "Commencez petit.")
    page.send(form, None)
    assert desk.last.kind == "judge"
    assert desk.last.data["devices"] == [devices[5], devices[2]]
    assert desk.last.data["categories"][kept.id] == {"retained": False, "reason": "Rien n’en reste."}
    assert "à la différence de la lecture déclarée" in page.text
    again = form_of(desk.get("/lecture"))
    assert again.values[f"retained-{added.id}"] == "yes"
    assert again.values.getlist("device") == [devices[5], devices[2], ""]
    assert again.values["advice"] == "Commencez petit."


def test_what_is_said_of_an_undecided_category_arrives(desk: Desk) -> None:
    """Not retained: another reading, whose reason is wanted. Left open with a reason: the reason is kept."""
    sent, _ = a_sent_file(desk.network, {"territory": PLACE, "stage": "s3"})
    desk.sent = sent
    first, second, *_ = [one for one in declared_report(sent).categories if one.verdict == "undecided"]
    page = desk.get("/lecture")
    form = form_of(page)
    form.fill(f"retained-{first.id}", "no")
    page.send(form, None)
    assert page.errors == [f"{first.title} : écrivez pourquoi votre lecture n’est pas celle déclarée."]
    form.fill(f"reason-{first.id}", "Rien de tel ici.")
    form.fill(f"reason-{second.id}", "À revoir en mars.")
    page.send(form, None)
    assert desk.last.kind == "judge"
    assert f"{first.title} : non retenue, alors que la lecture déclarée ne tranche pas" in page.text
    assert f"{second.title} : laissée non tranchée, comme déclaré" in page.text
    assert form_of(desk.get("/lecture")).values[f"reason-{second.id}"] == "À revoir en mars."
    report = desk.get("/rapport").text
    assert "Lecture déclarée confirmée" not in report
    assert "Rien de tel ici." in report
    assert "À revoir en mars." in report
    exported = desk.walker.client.get("/reseau/export/commentaires.csv", buffered=True).text
    assert f"{first.title} : non retenue;;Rien de tel ici." in exported
    assert f"{second.title} : laissée non tranchée;;À revoir en mars." in exported


@pytest.mark.parametrize("field", ["retained", "device", "nothing"])
def test_own_reading_refuses_what_no_page_offers(desk: Desk, field: str) -> None:
    page = desk.get("/lecture")
    form = form_of(page)
    if field == "retained":
        form.values[f"retained-{edition().typology.remainder.id}"] = "open"
    elif field == "device":
        form.values.setlist("device", ["nope", "", ""])
    else:
        form.values.poplist(f"retained-{edition().typology.remainder.id}")
    page.send(form, None)
    assert page.response.status_code == 422
    assert desk.last.kind == "send"


@pytest.mark.parametrize("kind", ["comment", "name", "label"])
def test_correct_a_typo(desk: Desk, kind: str) -> None:
    item = desk.sent.answers[GROUP][0][ITEM_ID]
    key = {"comment": "stage", "name": "territory", "label": f"{GROUP}.{item}.label"}[kind]
    section = {"comment": "pat", "name": "territory", "label": "actions"}[kind]
    page = desk.get(f"/{section}")
    way = f"{desk.url}/corriger?quoi={kind}&cle={key}"
    assert way in [one.attributes["href"] for one in page.page.css("main a")]
    page.get(way)
    form = form_of(page)
    before = form.values["text"]
    page.send(form, None)
    assert "déjà celui du dossier" in page.errors[0]
    form.fill("text", " ")
    page.send(form, None)
    assert page.errors == ["Écrivez le texte corrigé."]
    form.fill("text", "Un texte juste")
    page.send(form, None)
    assert "La correction est enregistrée." in page.text
    assert desk.last.data == {"key": key, "before": before, "after": "Un texte juste", "kind": kind}
    found = desk.again()
    assert {"comment": found.comments["stage"], "name": found.name, "label": found.answers[GROUP][0]["label"]}[
        kind
    ] == "Un texte juste"
    kept = revisions(found)
    assert [one.kind for one in kept] == ["send", "correct"]
    assert found.declared == kept[-1].fingerprint != kept[0].fingerprint
    assert found.sent_at == desk.sent.sent_at
    assert declared_report(found).day == day_of(found.sent_at).isoformat()
    if kind == "comment":
        assert "Texte corrigé par le réseau le" in desk.get(f"/{section}").text
    assert "1 texte corrigé par le réseau" in desk.get("/valider").text
    assert [one.kind for one in db.session.scalars(select(Mail))] == ["corrected"]
    page.get(way)
    form = form_of(page)
    form.fill("text", before)
    page.send(form, None)  # and back
    assert revisions(desk.again())[-1].answers == kept[0].answers
    assert revisions(desk.again())[-1].comments == kept[0].comments


def test_a_correction_declares_nothing_that_was_not_sent(desk: Desk) -> None:
    """Answers changed for a request that was cancelled stay with the respondent until they send them."""
    bureau = Actor(FACILITATOR, desk.me.label, desk.me.id)
    asked = Outcome({"questions": ["stage"], "message": "Précisez."})
    perform(desk.sent, "request", bureau, now(), lambda found: asked)
    written = {**desk.sent.answers, "stage": "s1"}
    more = Change(written, desk.sent.comments, "answer", {"questions": ["stage"]})
    assert change(desk.sent, lambda found: more, RESPONDENT, now())
    perform(desk.sent, "cancel", bureau, now())
    page = desk.get("/corriger?quoi=comment&cle=stage")
    form = form_of(page)
    form.fill("text", "Un texte juste")
    page.send(form, None)
    found = desk.again()
    first, last = revisions(found)
    assert last.answers == first.answers
    assert last.comments["stage"] == found.comments["stage"] == "Un texte juste"
    assert found.answers["stage"] == "s1"


@pytest.mark.parametrize(
    "where", ["quoi=comment&cle=load", "quoi=name&cle=stage", "quoi=answer&cle=stage", "", "cle=x"]
)
def test_answers_are_never_corrected(desk: Desk, where: str) -> None:
    assert desk.get(f"/corriger?{where}").response.status_code == 404
    form = form_of(desk.get("/corriger?quoi=comment&cle=stage"))
    form.values["quoi"], form.values["cle"] = "answer", "load"
    form.fill("text", "can_add")
    desk.walker.send(form, None)
    assert desk.walker.response.status_code == 404
    assert desk.last.kind == "send"


def test_an_official_name_is_not_corrected(desk: Desk) -> None:
    sent, _ = a_sent_file(desk.network, INTERCOMMUNAL)
    desk.walker.get(f"/reseau/dossiers/{sent.reference}/corriger?quoi=name&cle=territory")
    assert desk.walker.response.status_code == 404


def test_assign(desk: Desk) -> None:
    stranger = a_facilitator(a_network("Un autre"), email="ailleurs@reseau.example")
    form = form_of(desk.get(), "/suivi")
    assert form.offered["to"] == ["", str(desk.me.id)]
    form.fill("to", str(desk.me.id))
    page = desk.walker
    page.send(form, None)
    assert "Le suivi du dossier est enregistré." in page.text
    assert (desk.again().assigned_id, desk.last.data) == (desk.me.id, {"to": desk.me.label})
    for wrong in (str(stranger.id), "nope"):
        form = form_of(desk.get(), "/suivi")
        form.values["to"] = wrong
        page.send(form, None)
        assert page.response.status_code == 422
    form = form_of(desk.get(), "/suivi")
    form.fill("to", "")
    page.send(form, None)
    assert (desk.again().assigned_id, desk.last.data) == (None, {"to": ""})


def test_whom_a_file_is_given_to_is_told_once_and_who_takes_it_is_not(desk: Desk) -> None:
    colleague = a_facilitator(desk.network, email="collegue@reseau.example", label="Appui")
    for one in (desk.me, colleague, colleague):
        form = form_of(desk.get(), "/suivi")
        form.fill("to", str(one.id))
        desk.walker.send(form, None)
    told = db.session.scalars(select(Mail).where(Mail.kind == "assigned")).all()
    assert [(one.recipient, one.data["label"]) for one in told] == [("collegue@reseau.example", desk.me.label)]
    assert "Dossier confié à Appui" in " ".join(desk.get().text.split())


def test_validate_then_reopen(desk: Desk) -> None:
    me = Actor(FACILITATOR, desk.me.label, desk.me.id)
    for data in (REMARK, {"key": "", "text": "Beau dossier."}):
        perform(desk.again(), "comment", me, now(), lambda found, data=data: Outcome(data))  # type: ignore[misc]
    page = desk.get("/valider")
    assert "À vérifier." in page.text
    assert "Dossier entier : Beau dossier." in page.text
    assert "Lecture déclarée confirmée" in page.text
    page.send(form_of(page), None)
    assert "La relecture est validée." in page.text
    assert desk.again().state == VALIDATED
    page.click("Rouvrir la relecture")
    form = form_of(page)
    page.send(form, None)
    assert page.errors == ["Écrivez pourquoi vous rouvrez cette relecture."]
    form.fill("reason", "Une réponse était fausse.")
    page.send(form, None)
    assert desk.again().state == SUBMITTED
    assert "Une réponse était fausse." in page.text
    assert [one.kind for one in db.session.scalars(select(Mail).order_by(Mail.id))] == ["validated", "reopened"]


def test_validating_an_own_reading(desk: Desk) -> None:
    page = desk.get("/lecture")
    form = form_of(page)
    form.fill("advice", "Commencez petit.")
    page.send(form, None)
    assert "Commencez petit." in desk.get("/valider").text
    ask(desk, "stage")
    resend(desk, lambda found: None)
    assert "date d’avant le dernier envoi" in desk.get("/valider").text
    assert "date d’avant le dernier envoi" in desk.get().text


WAYS = ("", "/pat", "/precisions", "/lecture", "/valider", "/rouvrir", "/corriger?quoi=comment&cle=stage")
POSTS = ("commenter", "precisions", "annuler", "lecture", "corriger", "suivi", "valider", "rouvrir")


def test_nobody_else_sees_it(desk: Desk) -> None:
    log_in(desk.walker.client, a_facilitator(a_network("Un autre"), email="ailleurs@reseau.example"))
    for way in WAYS:
        assert desk.get(way).response.status_code == 404, way
    desk.app.config["WTF_CSRF_ENABLED"] = False
    for way in POSTS:
        desk.walker.post(f"{desk.url}/{way}", MultiDict({"text": "", "seen": "1", "to": ""}))
        assert desk.walker.response.status_code == 404, way
    assert desk.last.kind == "send"


def test_a_draft_is_nobody_s(desk: Desk) -> None:
    draft, _ = a_file(FILE)
    desk.walker.get(f"/reseau/dossiers/{draft.reference}")
    assert desk.walker.response.status_code == 404


def test_a_file_withdrawn_meanwhile_gives_back_what_was_typed(desk: Desk) -> None:
    form = form_of(desk.get("/precisions"))
    form.fill("question", ["stage"])
    form.fill("message", "Une longue demande.")
    perform(desk.again(), "withdraw", COORDINATOR, now())
    desk.walker.send(form, None)
    assert desk.walker.response.status_code == 404
    assert "Une longue demande." in desk.walker.text


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "²"])
def test_a_form_without_what_was_seen(desk: Desk, seen: str) -> None:
    form = form_of(desk.get("/valider"))
    form.values["seen"] = seen
    desk.walker.send(form, None)
    assert desk.walker.response.status_code == 400
    assert desk.last.kind == "send"


def test_the_desk_reads_what_was_sent_not_what_is_under_way(desk: Desk) -> None:
    ask(desk, "stage")
    change(desk.again(), lambda found: Change({**found.answers, "stage": "s1"}, {}, "answer", {}), RESPONDENT, now())
    page = desk.get("/pat")
    assert (
        page.page.css_first("[id=stage] .app-answer__value").text() == "Deuxième plan d’action établi par délibération"
    )
    assert TYPO in page.text


@pytest.mark.parametrize(("way", "form"), [("/precisions", ""), ("/pat", "/commenter"), ("", "/suivi")])
def test_a_database_that_cannot_write_loses_nothing(
    desk: Desk, way: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY", 50)
    page = desk.get(way)
    filled = form_of(page, form)
    typed = {"question": "stage", "message": "Une longue demande.", "text": "Une longue remarque."}
    for name in typed.keys() & filled.kinds.keys():
        filled.fill(name, typed[name])
    db.session.rollback()
    db.engine.dispose()  # connections opened from here on wait less for the other to have written
    with held(db.engine):
        page.send(filled, None)
        assert page.response.status_code == 503
        assert "Rien n’a pu être enregistré." in page.errors[0]
    again = form_of(page, form)
    assert {name: again.values[name] for name in typed.keys() & again.kinds.keys()} == {
        name: typed[name] for name in typed.keys() & again.kinds.keys()
    }
    page.send(again, None)
    assert page.response.status_code == 200
    assert desk.last.kind != "send"
