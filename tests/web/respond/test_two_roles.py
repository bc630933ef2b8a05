"""Two services on one question, as they meet it: both kept at once, told on every page, settled by the coordination."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from selfassess.core.answers.items import ITEM_ID
from selfassess.core.review.acts import CONTRIBUTOR, FACILITATOR, RESPONDENT
from selfassess.store import submissions
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Event, Link, Submission
from selfassess.web.french import now
from tests.desk import a_file, a_network, a_sent_file, hold
from tests.fixtures.stores import BOTH
from tests.web import profiles
from tests.web.walker import Walker

SERVICE = "Service des relations internationales"
RI, CHECK, CHOOSE = "/dossier/means/ri_service", "/dossier/verifier", "/dossier/choisir/ri_service"
WAITING = "Deux réponses, une à choisir"
Pair = tuple[Walker, Walker]


def link_for(submission: Submission, section: str, label: str = SERVICE) -> str:
    """The token of a contributor's link."""
    token = submissions.new_token()
    with writing() as session:
        session.add(Link(hash=submissions.token_hash(token), submission_id=submission.id, role=CONTRIBUTOR,
                         section=section, label=label, created_at=now()))  # fmt: skip
    return token


def two(app: Flask, answers: dict[str, Any], section: str, *, check: bool = True) -> Pair:
    """The coordination and a service, each in a browser, on one file."""
    with app.app_context():
        made, token = a_file(answers)
        other = link_for(made, section)
        db.session.remove()
    pair = Walker(app, check=check), Walker(app, check=check)
    for walker, key in zip(pair, (token, other), strict=True):
        hold(walker.client, key)
    return pair


@pytest.fixture
def pair(app: Flask) -> Pair:
    return two(app, profiles.INTERCOMMUNAL, "means")


def kept(app: Flask) -> Submission:
    with app.app_context():
        found = db.session.query(Submission).one()
        db.session.expunge_all()
        return found


def say(walker: Walker, page: str, answers: dict[str, Any], comments: dict[str, str] | None = None) -> None:
    walker.get(page)
    walker.send(walker.answer(answers, comments), "quit")
    assert walker.response.status_code == 200, walker.errors


def differ(pair: Pair) -> None:
    """The coordination said « department »; the service says « officer »."""
    say(pair[1], RI, {"ri_service": "officer"}, {"ri_service": "Un agent à mi-temps."})


def test_both_answers_are_kept_and_none_counts(app: Flask, pair: Pair) -> None:
    differ(pair)
    found = kept(app)
    assert "ri_service" not in found.answers
    assert found.voices["ri_service"] == {
        RESPONDENT: {"value": "department", "comment": ""},
        CONTRIBUTOR: {"value": "officer", "comment": "Un agent à mi-temps."},
        "chosen": None,
    }
    owner, colleague = pair
    for walker in pair:
        walker.get(CHECK)
        assert WAITING in walker.text
        assert f"{SERVICE} : «" in walker.text
        assert "Un agent à mi-temps." in walker.text
        assert "sans réponse" not in walker.text
    assert "Choisir : Relations internationales" in owner.text
    assert "Choisir" not in colleague.text
    owner.get("/dossier")
    assert "1 réponse à choisir" in owner.text


def test_each_form_shows_its_own_answer_and_the_others_beside(pair: Pair) -> None:
    differ(pair)
    owner, colleague = pair
    for walker, own, other in ((owner, "department", SERVICE), (colleague, "officer", "Coordination du PAT")):
        walker.get(RI)
        assert walker.form().values["ri_service"] == own
        assert f"L’autre : {other} : «" in walker.text
    colleague.send(colleague.answer({"ri_service": "nobody_ri"}))
    owner.get(RI)
    assert owner.form().values["ri_service"] == "department"
    owner.send(owner.answer({"ri_service": "department"}))
    owner.get(CHECK)
    assert WAITING in owner.text


def test_the_coordination_chooses_and_the_trace_stays(app: Flask, pair: Pair) -> None:
    differ(pair)
    owner, _ = pair
    owner.get(CHECK)
    owner.click("Choisir : Relations internationales")
    owner.send(owner.form(), None)
    assert owner.response.status_code == 422
    assert owner.errors == ["Choisissez la réponse à garder."]
    form = owner.form()
    form.fill("keep", CONTRIBUTOR)
    owner.send(form, None)
    assert owner.path == CHECK
    found = kept(app)
    assert found.answers["ri_service"] == "officer"
    assert found.comments["ri_service"] == "Un agent à mi-temps."
    assert found.authors["ri_service"] == CONTRIBUTOR
    assert found.voices["ri_service"]["chosen"] == CONTRIBUTOR
    assert WAITING not in owner.text
    assert f"Répondu par : {SERVICE}" in owner.text
    assert "Autre réponse, Coordination du PAT : « " in owner.text
    with app.app_context():
        event = db.session.query(Event).filter_by(kind="choose").one()
        assert event.data == {"key": "ri_service", "chosen": CONTRIBUTOR}
        assert db.session.query(Submission).one().moved_at is None
    owner.get(CHOOSE)
    assert owner.path == CHECK  # nothing waits any more
    owner.get("/dossier/resultat")
    assert f"Réponse retenue : celle de « {SERVICE} »." in owner.text


def test_nothing_is_chosen_against_an_answer_that_changed(app: Flask, pair: Pair) -> None:
    differ(pair)
    owner, colleague = pair
    owner.get(CHOOSE)
    form = owner.form()
    form.fill("keep", CONTRIBUTOR)
    say(colleague, RI, {"ri_service": "nobody_ri"})
    owner.send(form, None)
    assert owner.response.status_code == 409
    assert owner.errors == ["Une de ces réponses vient de changer. Relisez-les, puis choisissez."]
    assert "ri_service" not in kept(app).answers
    form = owner.form()
    form.fill("keep", CONTRIBUTOR)
    owner.send(form, None)
    assert kept(app).answers["ri_service"] == "nobody_ri"


def test_the_same_answer_settles_it(app: Flask, pair: Pair) -> None:
    differ(pair)
    owner, _ = pair
    owner.get(CHOOSE)
    form = owner.form()
    form.fill("keep", RESPONDENT)
    say(owner, RI, {"ri_service": "officer"})
    found = kept(app)
    assert found.answers["ri_service"] == "officer"
    assert found.voices["ri_service"]["chosen"] == "both"
    owner.send(form, None)  # from a page left open
    assert owner.path == CHECK
    assert kept(app).answers["ri_service"] == "officer"


def test_one_question_of_several_can_differ(app: Flask, pair: Pair) -> None:
    say(pair[1], "/dossier/means/resources", {**profiles.MEANS, "posts": "over_four"})
    found = kept(app)
    assert list(found.voices) == ["posts"]
    assert "posts" not in found.answers
    assert found.answers["budget"] == profiles.MEANS["budget"]
    pair[0].get("/dossier/means/resources")
    assert "Deux services ont répondu différemment à « " in pair[0].text


def test_an_actions_answer_too(app: Flask) -> None:
    pair = two(app, profiles.INTERCOMMUNAL, "actions")
    item = kept(app).answers["actions"][1][ITEM_ID]
    page, key = f"/dossier/actions/{item}/how", f"actions.{item}.leads"
    say(pair[1], page, {**profiles.PROJECT, "leads": "ri_team"})
    found = kept(app)
    assert found.voices[key][CONTRIBUTOR]["value"] == "ri_team"
    assert "leads" not in found.answers["actions"][1]
    owner = pair[0]
    owner.get("/dossier/resultat")
    assert "Projet FoodCorridors, Europe" in " ".join(one.text() for one in owner.page.css("#reponses .rp-why"))
    owner.get(f"/dossier/choisir/{key}")
    form = owner.form()
    form.fill("keep", CONTRIBUTOR)
    owner.send(form, None)
    assert kept(app).answers["actions"][1]["leads"] == "ri_team"
    owner.get(f"/dossier/actions/{item}/retirer")
    owner.send(owner.form("main form"), None)
    assert kept(app).voices == {}


def test_a_contributor_chooses_nothing(app: Flask, pair: Pair) -> None:
    differ(pair)
    owner, colleague = pair
    owner.get(CHOOSE)
    form = owner.form()
    form.fill("keep", CONTRIBUTOR)
    colleague.get(RI)
    form.values["csrf_token"] = str(colleague.page.css_first("[name=csrf_token]").attributes["value"])
    colleague.send(form, None)
    assert colleague.response.status_code == 403
    assert "ri_service" not in kept(app).answers


@pytest.mark.parametrize("key", ["nope", "actions.nope.leads", "ri_service.x.y", "stage"])
def test_a_key_where_nothing_waits_is_no_page(pair: Pair, key: str) -> None:
    owner = pair[0]
    owner.get(f"/dossier/choisir/{key}")
    assert (owner.response.status_code, owner.path) in {(404, f"/dossier/choisir/{key}"), (200, CHECK)}


def test_who_answered_is_told_only_when_several_did(pair: Pair) -> None:
    owner, colleague = pair
    owner.get(CHECK)
    assert "Répondu par" not in owner.text
    say(colleague, "/dossier/means/resources", {**profiles.MEANS, "posts": "one_to_two"})
    owner.get(CHECK)
    assert "Répondu par" not in owner.text  # what it changed nothing of, it did not answer
    differ(pair)
    owner.get(CHECK)
    assert "Sans autre mention, c’est : Coordination du PAT." in owner.text
    owner.get("/dossier/resultat")
    assert "Deux services, un dossier" in owner.text
    assert "Réponse à choisir" in owner.text


def test_the_name_of_a_service_is_the_one_of_its_link_then(app: Flask, pair: Pair) -> None:
    differ(pair)
    with app.app_context():
        found = db.session.query(Submission).one()
        other = link_for(found, "means", "Direction de l’attractivité")
    second = Walker(app)
    hold(second.client, other)
    say(second, "/dossier/means/resources", {**profiles.MEANS, "posts": "over_four"})
    pair[0].get(CHECK)
    assert f"{SERVICE} : «" in pair[0].text
    assert "Direction de l’attractivité : «" in pair[0].text


def test_a_question_asked_no_longer_keeps_both_aside(app: Flask) -> None:
    owner, colleague = two(app, profiles.INTERCOMMUNAL, "pat")
    say(colleague, "/dossier/pat/axes", {"axes": ["education"]})
    say(owner, "/dossier/pat/stage", {"stage": "s0"})
    owner.get(CHECK)
    aside = owner.text.split("Gardées, jamais comptées")[1]
    assert f"{SERVICE} : «" in aside
    owner.get("/dossier/resultat")
    assert "À choisir" not in owner.text
    assert "axes" in kept(app).voices


def test_in_a_clarification_only_what_is_asked_can_be_chosen(app: Flask) -> None:
    with app.app_context():
        sent, token = a_sent_file(a_network(), profiles.INTERCOMMUNAL)
        other = link_for(sent, "means")
        wanted = Outcome({"questions": ["ri_service"], "message": "Qui suit ce sujet ?"})
        perform(sent, "request", Actor(FACILITATOR, "Animation"), now(), lambda found: wanted)
        db.session.remove()
    owner, colleague = Walker(app), Walker(app)
    hold(owner.client, token)
    hold(colleague.client, other)
    differ((owner, colleague))
    found = kept(app)
    assert found.voices["ri_service"]["chosen"] is None
    colleague.get("/dossier/means/resources")
    assert not colleague.page.css("#question-form")
    owner.get(CHOOSE)
    form = owner.form()
    form.fill("keep", CONTRIBUTOR)
    with app.app_context():  # the network takes its request back meanwhile
        perform(db.session.query(Submission).one(), "cancel", Actor(FACILITATOR, "Animation"), now())
    owner.send(form, None)
    assert owner.response.status_code == 409
    assert "ri_service" not in kept(app).answers


# ---- At the same instant, on both databases --------------------------------------------------------------------


def at_once(monkeypatch: pytest.MonkeyPatch, sends: list[Callable[[], None]]) -> None:
    """Each in its thread; the first write of each waits until all are about to write what they read."""
    barrier, real, first = threading.Barrier(len(sends)), submissions._write, threading.local()

    def write(*args: Any, **more: Any) -> bool:
        if not getattr(first, "done", False):
            first.done = True
            barrier.wait(20)
        return real(*args, **more)

    monkeypatch.setattr(submissions, "_write", write)
    threads = [threading.Thread(target=one) for one in sends]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not any(one.is_alive() for one in threads)


@pytest.mark.stores(*BOTH)
def test_two_services_at_the_same_instant(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {key: value for key, value in profiles.INTERCOMMUNAL.items() if key != "ri_service"}
    pair = two(app, answers, "means", check=False)
    forms = []
    for walker, value in zip(pair, ("department", "officer"), strict=True):
        walker.get(RI)
        forms.append(walker.answer({"ri_service": value}))
    at_once(monkeypatch, [lambda w=w, f=f: w.send(f, "quit") and None for w, f in zip(pair, forms, strict=True)])
    assert [one.response.status_code for one in pair] == [200, 200]
    found = kept(app)
    assert {who: said["value"] for who, said in found.voices["ri_service"].items() if who != "chosen"} == {
        RESPONDENT: "department",
        CONTRIBUTOR: "officer",
    }
    assert "ri_service" not in found.answers


@pytest.mark.stores(*BOTH)
@pytest.mark.parametrize("role", [RESPONDENT, CONTRIBUTOR])
def test_two_tabs_of_one_role_at_the_same_instant(app: Flask, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    pair = two(app, profiles.INTERCOMMUNAL, "means", check=False)
    one = pair[0] if role == RESPONDENT else pair[1]
    tab = Walker(app, check=False)
    hold(tab.client, one.client.token)
    forms = []
    for walker, value in ((one, "officer"), (tab, "nobody_ri")):
        walker.get(RI)
        forms.append(walker.answer({"ri_service": value}))
    at_once(monkeypatch, [lambda: one.send(forms[0], "quit") and None, lambda: tab.send(forms[1], "quit") and None])
    assert sorted(walker.response.status_code for walker in (one, tab)) == [200, 409]
    late = one if one.response.status_code == 409 else tab
    assert late.heading == "Cette réponse a aussi été changée ailleurs"
    found = kept(app)
    said = found.answers.get("ri_service") or found.voices["ri_service"][role]["value"]
    assert said == ("nobody_ri" if late is one else "officer")


@pytest.mark.stores(*BOTH)
def test_different_questions_at_the_same_instant_are_both_saved(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = two(app, {}, "means", check=False)
    forms = []
    for walker, given in zip(pair, ({"posts": "over_four"}, {"budget": "over_50k"}), strict=True):
        walker.get("/dossier/means/resources")
        forms.append(walker.answer(given))
    at_once(monkeypatch, [lambda w=w, f=f: w.send(f, "quit") and None for w, f in zip(pair, forms, strict=True)])
    found = kept(app)
    assert found.answers == {"posts": "over_four", "budget": "over_50k"}
    assert found.authors == {"posts": RESPONDENT, "budget": CONTRIBUTOR}
