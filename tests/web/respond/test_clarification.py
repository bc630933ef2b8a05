"""« Demande de précisions » as the respondent meets it: one click to the field, only what is named, sent again once."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from selfassess.core.review.acts import (
    CLARIFICATION,
    CONTRIBUTOR,
    RESPONDENT,
    SUBMITTED,
    VALIDATED,
)
from selfassess.store.database import db, writing
from selfassess.store.models import Link, Mail, Submission
from selfassess.store.submissions import Change, change, new_token, token_hash
from selfassess.web.french import now
from tests.definitions import edition
from tests.fixtures.stores import BOTH
from tests.web.profiles import EARLY
from tests.web.respond.handover import act, ask, banner, clarification, fresh, kinds, opened, sent, the
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

PAGE = "/dossier/precisions"


def states(walker: Walker) -> list[str]:
    return [one.text(strip=True) for one in walker.page.css(".app-point .govuk-tag")]


def test_from_the_message_to_the_field_and_back(app: Flask) -> None:
    file, token = clarification(app, "stage", "objectives")
    walker = opened(app, token)
    walker.get("/dossier")
    assert "demande des précisions" in banner(walker)
    assert "À compléter" in walker.text
    walker.click("Voir la demande de précisions")
    assert walker.path == PAGE
    assert "Merci de préciser." in walker.text
    assert states(walker) == ["À compléter", "À compléter"]
    link = walker.page.css(".app-point a")[0]
    assert link.attributes["href"].endswith("#question-stage")
    walker.get(str(link.attributes["href"]))
    walker.send(walker.answer({"stage": "s3"}, {"stage": "Le plan est voté."}))
    assert walker.path == PAGE
    assert states(walker) == ["Modifiée", "À compléter"]
    assert "Réponse envoyée auparavant" in walker.text
    walker.get(str(walker.page.css(".app-point a")[1].attributes["href"]))
    walker.send(walker.form())  # read again, and left as it was
    assert states(walker) == ["Modifiée", "Relue, inchangée"]
    form = walker.form("#renvoi")
    form.fill("reply", "Voici.")
    walker.send(form, None)
    assert walker.path == "/dossier/envoi"
    assert "Précisions renvoyées le" in walker.text
    assert fresh(app, file).state == SUBMITTED
    assert kinds(app, "resubmit") == [{"reply": "Voici."}]
    with app.app_context():
        assert [one.kind for one in db.session.scalars(select(Mail))] == ["resubmitted"]
    walker.get("/dossier/historique")
    assert "Réponses relues, inchangées" in walker.text


def test_only_what_is_named_may_change(app: Flask) -> None:
    file, token = clarification(app, "stage")
    walker = opened(app, token)
    for url in ("/dossier/objectives/objectives", "/dossier/actions/actions"):
        walker.get(url)
        assert walker.path == "/dossier/verifier", url
    assert [one.attributes["href"] for one in walker.page.css(".govuk-summary-list__actions a")] == [
        "/dossier/pat/stage?retour=precisions#question-stage"
    ]
    walker.get("/dossier/actions/ajouter")
    assert walker.response.status_code == 409
    walker.get("/dossier/pat/stage")
    form = walker.answer({"stage": "s3"})
    form.action = "/dossier/means/means"
    walker.send(form)
    assert walker.response.status_code in {404, 409}
    assert fresh(app, file).answers["stage"] == "s4"


def test_a_form_of_before_the_sending_does_not_change_its_page(app: Flask) -> None:
    """The page held several questions; one of them is named. The older form answers them all."""
    file, token = sent(app, EARLY)
    walker = opened(app, token)
    page = next(
        page.id
        for section in edition().questionnaire.sections
        for page in section.pages
        if len(page.questions) > 1 and page.questions[0].id in EARLY
    )
    section = next(one for one in edition().questionnaire.sections if any(each.id == page for each in one.pages))
    first, second = (one for each in section.pages if each.id == page for one in each.questions[:2])
    ask(app, file, first.id)
    walker.get(f"/dossier/{section.id}/{page}")
    form = walker.form()
    assert f"seen-{second.id}" not in form.kinds
    other = next(one.id for one in second.options if one.id != EARLY.get(second.id))
    form.values[second.id], form.values[f"seen-{second.id}"] = other, "0" * 16
    walker.send(form)
    assert walker.response.status_code == 409
    assert fresh(app, file).answers.get(second.id) == EARLY.get(second.id)


def test_the_group_named_opens_its_items_and_what_they_ask(app: Flask) -> None:
    file, token = clarification(app, "actions")
    walker = opened(app, token)
    walker.get(PAGE)
    walker.get(str(walker.page.css_first(".app-point a").attributes["href"]))
    form = walker.form()
    form.fill("actions", "add")
    walker.send(form)
    form = walker.form()
    form.fill("label", "Coopération avec Turin")
    walker.send(form)
    assert walker.path.endswith("/what"), walker.path
    walker.get(PAGE)
    assert states(walker)[0] == "Modifiée"
    assert "Questions que vos nouvelles réponses ouvrent" in walker.text
    assert "Coopération avec Turin" in walker.text
    assert set(states(walker)[1:]) == {"À compléter"}
    item = fresh(app, file).answers["actions"][0]["_id"]
    walker.get(f"/dossier/actions/{item}/what")
    assert walker.path == "/dossier/verifier"  # an item sent before, and not named


def test_sent_again_without_touching_anything_needs_a_word(app: Flask) -> None:
    file, token = clarification(app, "stage")
    walker = opened(app, token)
    walker.get(PAGE)
    walker.send(walker.form("#renvoi"), None)
    assert walker.response.status_code == 422
    form = walker.form("#renvoi")
    form.fill("reply", "Notre réponse est juste.")
    walker.send(form, None)
    assert fresh(app, file).state == SUBMITTED
    walker.send(form, None)  # twice
    assert walker.path == "/dossier/envoi"
    assert len(kinds(app, "resubmit")) == 1


def test_cancelled_while_answering(app: Flask) -> None:
    file, token = clarification(app, "stage")
    walker, late = opened(app, token), opened(app, token)
    walker.get(PAGE)
    form = walker.form("#renvoi")
    form.fill("reply", "Ma réponse, longue à écrire.")
    late.get("/dossier/pat/stage")
    typed = late.answer({"stage": "s1"})
    act(app, file, "cancel", reason="Tout est clair.")
    walker.send(form, None)
    assert (walker.response.status_code, walker.heading) == (409, "Le réseau n’attend plus de précisions")
    assert "Tout est clair." in walker.text
    assert walker.page.css_first("#ecrit").text().strip() == "Ma réponse, longue à écrire."
    late.send(typed)
    assert late.response.status_code == 409
    assert fresh(app, file).answers["stage"] == "s4"
    walker.get(PAGE)
    assert walker.path == "/dossier/envoi"


def test_another_request_than_the_one_read(app: Flask) -> None:
    """Cancelled, then asked again with other questions: what was typed stays, nothing leaves against the wrong one."""
    file, token = clarification(app, "stage")
    walker = opened(app, token)
    walker.get(PAGE)
    form = walker.form("#renvoi")
    form.fill("reply", "Voici.")
    act(app, file, "cancel", reason="")
    ask(app, file, "objectives", message="Plutôt ceci.")
    walker.send(form, None)
    assert walker.response.status_code == 409
    assert "Plutôt ceci." in walker.text
    assert walker.form("#renvoi").values["reply"].strip() == "Voici."
    assert fresh(app, file).state == CLARIFICATION


def test_what_was_changed_and_never_sent_is_said(app: Flask) -> None:
    file, token = clarification(app, "stage")
    walker = opened(app, token)
    walker.get("/dossier/pat/stage")
    walker.send(walker.answer({"stage": "s3"}))
    act(app, file, "cancel", reason="")
    walker.get("/dossier/verifier")
    assert "Des réponses n’ont pas été transmises" in walker.text


def test_what_was_changed_for_a_cancelled_request_leaves_with_the_next(app: Flask) -> None:
    file, token = clarification(app, "stage")
    walker = opened(app, token)
    walker.get("/dossier/pat/stage")
    walker.send(walker.answer({"stage": "s3"}))
    act(app, file, "cancel", reason="")
    ask(app, file, "objectives")
    walker.get(PAGE)
    assert "Aussi changées depuis l’envoi" in walker.text
    assert states(walker) == ["À compléter", "Modifiée"]
    walker.get(str(walker.page.css(".app-point a")[1].attributes["href"]))
    walker.send(walker.answer({"stage": "s4"}))  # as it was sent: nothing is left to say of it
    assert states(walker) == ["À compléter"]


def test_an_act_between_reading_and_writing_an_answer_is_seen(app: Flask) -> None:
    """The same state again, for another request: what may change is asked again before anything is written."""
    file, _ = clarification(app, "stage")
    seen = []

    def edit(found: Submission) -> Change:
        seen.append(found.acts)
        if len(seen) == 1:
            act(app, file, "cancel", reason="")
            ask(app, file, "objectives")
        return Change(found.answers, found.comments, "answer", {"questions": ["stage"]})

    with app.app_context():
        assert change(the(file), edit, RESPONDENT, now())
    assert seen == [2, 4]


def test_a_colleague_sees_and_changes_its_own_section_only(app: Flask) -> None:
    file, _ = clarification(app, "stage", "objectives")
    token = new_token()
    with app.app_context(), writing() as session:
        place = {"role": CONTRIBUTOR, "section": "pat", "label": "Service alimentation"}
        session.add(Link(hash=token_hash(token), submission_id=file, created_at=now(), **place))
    walker = opened(app, token)
    walker.get(PAGE)
    assert len(walker.page.css(".app-point")) == 1
    assert "dans d’autres parties du dossier" in walker.text
    assert walker.page.css_first("#renvoi") is None
    walker.get(str(walker.page.css_first(".app-point a").attributes["href"]))
    assert walker.form() is not None
    walker.get("/dossier/objectives/objectives")
    assert walker.response.status_code == 403
    walker.get("/dossier")
    assert "À compléter" in walker.text


def test_comments_are_read_from_the_request_on(app: Flask) -> None:
    file, token = sent(app)
    walker = opened(app, token)
    act(app, file, "comment", key="stage", text="Étape à vérifier.")
    for url in ("/dossier/verifier", "/dossier/historique"):
        walker.get(url)
        assert "Étape à vérifier." not in walker.text
    ask(app, file, "stage")
    for url in ("/dossier/verifier", "/dossier/historique", PAGE):
        walker.get(url)
        assert "Étape à vérifier." in walker.text
    act(app, file, "cancel", reason="")
    act(app, file, "comment", key="", text="Beau dossier.")
    walker.get("/dossier/verifier")
    assert "Beau dossier." not in walker.text
    act(app, file, "validate")
    walker.get("/dossier/verifier")
    assert "Beau dossier." in walker.text
    assert fresh(app, file).state == VALIDATED
