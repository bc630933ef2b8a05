"""The demonstration: names that exist nowhere, everything the desk can show, made by the site's own acts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from selfassess.content.demonstration import load_demonstration
from selfassess.core.answers.answers import View
from selfassess.core.answers.items import LABEL
from selfassess.core.definition.condition import Blank, Ref, asks_of, evaluate
from selfassess.core.definition.typography import fold
from selfassess.core.network.place import place_key
from selfassess.core.reading.reading import read_file
from selfassess.core.review.acts import (
    ACTS,
    CONTRIBUTOR,
    DRAFT,
    RESPONDENT,
    SENT,
    STATES,
    VALIDATED,
    WITHDRAWN,
)
from selfassess.core.review.acts import fold as state_of
from selfassess.store.acts import entries
from selfassess.store.database import db
from selfassess.store.models import Event, Facet, Mail, Revision, Submission, Summary
from selfassess.store.submissions import events
from selfassess.store.territories.expected import answered as territories_answered
from selfassess.store.territories.summaries import last_files, summed
from selfassess.web.app import create_app
from selfassess.web.commands.demo import BEGAN, DemonstrationFiles, prepare, told
from selfassess.web.commands.demo_acts import STEPS
from selfassess.web.definitions import library
from selfassess.web.report.submission_record import declared_report
from selfassess.web.report.visibility import sum_up_some, summary_of
from tests.apart import ApartClient
from tests.definitions import QUESTIONS, SLUG, definitions, edition
from tests.desk import log_in
from tests.web.conftest import MakeApp, read_once, settings_for
from tests.web.walker import Walker

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
DEMO = load_demonstration(QUESTIONS, SLUG)
NOT_TOLD = {
    "read",
    "read_sent",
    "read_report",
    "edit",
    "delete",
    "unshare",
    "copy",
    "keep",
    "lend",
    "unlend",
    "join_place",
    "leave_place",
}  # no event, or not in the story


@dataclass
class Ready:
    app: Flask
    made: DemonstrationFiles
    files: list[Submission]


@pytest.fixture(scope="module")
def ready(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    """Prepared once: the tests below only read it."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "test.sqlite").write_bytes(empty_database.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("selfassess.web.app.read_library", read_once)
        app = create_app(settings_for(folder))
    app.test_client_class = ApartClient
    with app.app_context():
        made = prepare(DEMO, NOW)
        yield Ready(app, made, list(db.session.scalars(select(Submission).order_by(Submission.id))))
        db.session.remove()
        db.engine.dispose()


def test_no_name_is_in_the_directory() -> None:
    directory = read_once(QUESTIONS).directory
    taken = {fold(line.split("\t")[2]) for line in directory._lines}
    names = [one.name for one in DEMO.territories]
    assert len(names) == len(set(names)) >= 50
    assert [name for name in names if fold(name) in taken] == []
    assert [name for name in names if directory.search(name)] == []


def test_what_it_names_exists() -> None:
    questionnaire, directory = edition().questionnaire, read_once(QUESTIONS).directory
    free = {one.id for one in questionnaire.territory.types if one.free}
    bands = {one.id for one in questionnaire.territory.bands}
    for one in DEMO.territories:
        assert one.type in free, one.name
        assert one.departement in directory.departements, one.name
        assert one.band in bands, one.name
        assert one.network in {None, *(network.id for network in DEMO.networks)}, one.name
        assert one.meant in {None, *(rule.id for rule in edition().contradictions.contradictions)}, one.name
        assert all(set(file.acts) <= set(STEPS) for file in one.files), one.name
        assert [file.days for file in one.files] == sorted((file.days for file in one.files), reverse=True), one.name
        for name, value in one.answers.items():
            assert {value} if isinstance(value, str) else set(value) <= set(questionnaire.questions[name].by_option)
    asked = {*DEMO.remarks, DEMO.typo.question, *(one.question for one in DEMO.comments)}
    asked |= {key for one in DEMO.requests for key in one.questions}
    assert asked <= set(questionnaire.questions)
    assert set(DEMO.certain) <= set(questionnaire.every)
    assert DEMO.service.section in {one.id for one in questionnaire.sections}
    assert all(one.email.endswith("@demo.example") for one in DEMO.networks)


def test_its_conditions_and_moves_name_what_exists() -> None:
    """A condition that names nothing would be true of no file, and keep nothing out."""
    every = edition().questionnaire.every
    conditions = [one.when for one in (DEMO.service, *DEMO.unlikely, *DEMO.labels, *DEMO.comments)]
    for ask in (ask for one in conditions for ask in asks_of(one)):
        if ask.field is None:
            assert set(ask.in_ or ()) <= set(every[ask.question].by_option), ask
    for one in DEMO.moves:
        assert {*one.to, *one.to.values()} <= set(every[one.question].by_option), one
    devices = {name for one in DEMO.labels for ask in asks_of(one.when) if ask.field is None for name in ask.in_ or ()}
    unnamed = set(every[edition().means.practice.question].by_option) - devices
    assert unnamed <= {one.id for one in every[edition().means.practice.question].options if one.unknown}


def test_forty_territories_two_years_two_networks(ready: Ready) -> None:
    sent = [one for one in ready.files if one.state in SENT]
    assert len({(one.network_id, one.place) for one in sent}) >= 40
    followed = Counter(one.network_id for one in sent)
    assert min(followed[desk.network.id] for desk in ready.made.desks) >= 5
    again = [one for one in ready.files if one.origin_id]
    assert len(again) >= 10
    for file in again:
        before = next(one for one in ready.files if one.id == file.origin_id)
        assert before.place == file.place
        assert file.created_at - before.created_at > timedelta(days=300)
        assert sum(value != before.answers.get(name) for name, value in file.answers.items()) >= 2
    for desk in ready.made.desks:
        here, expected = territories_answered([desk.network.id])
        assert 0 < expected - here <= expected / 3  # some are silent
    (twin,) = [one for one in ready.files if one.twin_of]
    assert twin.network_id == ready.made.desks[1].network.id
    last = {one.place for one in sent if one.created_at > NOW - timedelta(days=60)}
    assert {one.place for one in sent} - last  # answered last year alone


def test_answers_agree_with_the_territory_and_with_each_other(ready: Ready) -> None:
    """Contradictions of each file as it is, and as it was sent each time; those of who answered beside."""
    told = {one.name: one for one in DEMO.territories}
    reports = db.session.execute(select(Submission, Revision).join(Revision, Revision.submission_id == Submission.id))
    kept = [(file, revision.answers) for file, revision in reports]
    assert sum(bool(told[file.name].meant) for file, _ in kept) == 2
    for answers in (*(sent for _, sent in kept), *(one.answers for one in ready.files)):
        territory = told[str(answers["territory"]["name"])]
        view = View(edition().questionnaire, answers, edition().typology.conditions)
        actions = () if isinstance(view.actions, Blank) else view.actions
        found = {one.id for one in read_file(edition(), definitions(), answers).conflicts}
        assert found == {territory.meant} - {None}, territory.name
        for one in DEMO.unlikely:
            scopes = [view] if one.per == "territory" else actions
            assert not [scope.item for scope in scopes if evaluate(one.when, scope) is True], (territory.name, one)
        kept_as_told = {one: view.given(Ref(one)) for one in territory.answers}
        assert kept_as_told == dict(territory.answers), territory.name
        for action in actions:
            fitting = [one.text for one in DEMO.labels if evaluate(one.when, action) is True]
            assert action.answers.get(LABEL) in fitting, (territory.name, action.answers)


def test_who_answers_as_a_service_is_one(ready: Ready) -> None:
    """Whichever answer is chosen where two differ."""
    shared = [one for one in ready.files if one.voices]
    assert shared
    for file in shared:
        for role in (RESPONDENT, CONTRIBUTOR):
            said = {key: kept[role]["value"] for key, kept in file.voices.items() if kept.get("chosen") is None}
            view = View(edition().questionnaire, {**file.answers, **said}, edition().typology.conditions)
            assert evaluate(DEMO.service.when, view) is True, file.name


def test_every_state_act_category_and_reading_is_there(ready: Ready) -> None:
    assert {one.state for one in ready.files} == set(STATES)
    assert set(db.session.scalars(select(Event.kind))) >= set(ACTS) - NOT_TOLD
    typology = edition().typology
    found = {(one.kind, one.value) for one in db.session.scalars(select(Facet))}
    for category in (*typology.categories, typology.remainder):
        assert ("categories", category.id) in found
    assert {value for kind, value in found if kind == "case"} == {one.id for one in typology.ri_cases}
    assert {value for kind, value in found if kind == "type"} == {one.type for one in DEMO.territories}
    reports = [declared_report(one) for one in ready.files if one.state in SENT]
    principal = {one.id for report in reports for one in report.categories if one.principal}
    assert principal >= {one.id for one in typology.categories}
    titles = {report.reading_title for report in reports}
    assert titles >= {rule.words.title for rule in typology.remainder.readings}
    assert any(report.page_one.headline.mention for report in reports)
    assert any(report.conflicts for report in reports)
    assert any(report.services for report in reports)
    assert any(one.voices for one in ready.files if one.state == DRAFT)
    said = {report.page_one.headline.title for report in reports}
    assert max(sum(report.page_one.headline.title == one for report in reports) for one in said) <= len(reports) / 3


def test_each_file_is_what_its_events_add_up_to(ready: Ready) -> None:
    for file in ready.files:
        past = events(file)
        assert state_of(one.kind for one in past) == file.state
        assert file.acts == sum(one.kind in ACTS and not ACTS[one.kind].quiet for one in past)
        instants = [one.at for one in past]
        assert instants == sorted(instants)
        assert instants[0] > NOW - BEGAN
        assert instants[-1] < NOW
        assert entries(past)
    oldest = min(one.created_at for one in ready.files)
    latest = max(one.moved_at for one in ready.files if one.moved_at)
    assert latest - oldest > timedelta(days=50)


def test_messages_go_to_nobody(ready: Ready) -> None:
    addresses = set(db.session.scalars(select(Mail.recipient)))
    assert addresses
    assert all(one.endswith("@demo.example") for one in addresses)


def test_it_says_how_to_enter(ready: Ready) -> None:
    text = "\n".join(told(ready.made))
    client = ready.app.test_client()
    page = client.get("/reseau/connexion").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    assert ready.made.password in text
    form = {"csrf_token": token[1], "email": DEMO.networks[0].email, "password": ready.made.password}
    entered = client.post("/reseau/connexion", data=form)
    assert (entered.status_code, entered.location) == (303, "/reseau")
    links = re.findall(r"http://[^/]+(/(?:reprendre|lire)/\S+)", text)
    assert len(links) >= 3
    for link in links:
        assert ready.app.test_client().get(link, follow_redirects=True).status_code == 200


def test_every_page_of_its_desk_can_be_read(ready: Ready) -> None:
    walker = Walker(ready.app)
    log_in(walker.client, ready.made.desks[0].me)
    mine = ready.made.desks[0].network.id
    sent = [one.reference for one in ready.files if one.state in SENT and one.network_id == mine]
    walker.get("/reseau")
    assert walker.response.status_code == 200
    for reference in sent:
        walker.get(f"/reseau/dossiers/{reference}")
        assert walker.response.status_code == 200, reference
    gone = next(one for one in ready.files if one.state == WITHDRAWN)
    assert walker.client.get(f"/reseau/dossiers/{gone.reference}").status_code == 404


def told_of(files: list[Submission]) -> list[Any]:
    """All but what is drawn anew each time."""
    reports = {one.submission_id: one.fingerprint for one in db.session.scalars(select(Revision).order_by(Revision.id))}
    return [(one.name, one.state, one.answers, one.comments, one.voices, reports.get(one.id)) for one in files]


@pytest.mark.usefixtures("read_once")
def test_the_same_files_each_time(make_app: MakeApp) -> None:
    few = DEMO.model_copy(update={"territories": DEMO.territories[:3]})
    both = []
    for _ in range(2):
        with make_app().app_context():
            prepare(few, NOW)
            both.append(told_of(list(db.session.scalars(select(Submission).order_by(Submission.id)))))
    assert both[0] == both[1]


def test_never_among_real_files(app: Flask, walker: Walker) -> None:
    walker.start()
    done = app.test_cli_runner().invoke(args=["demo"])
    assert done.exit_code == 2
    assert "base vide" in done.stderr
    with app.app_context():
        assert len(list(db.session.scalars(select(Submission)))) == 1
        assert library().definitions.slug == definitions().slug


def test_a_file_in_short_is_what_was_kept_says(ready: Ready) -> None:
    """As written when it was sent and validated, or made again from what is kept: the same."""
    sent = [one for one in ready.files if one.state in SENT]
    kept = {one.submission_id: one for one in db.session.scalars(select(Summary))}
    assert {one.id for one in sent} <= set(kept)
    assert {one.id for one in sent if kept[one.id].reviewed} >= {one.id for one in sent if one.state == VALIDATED}
    for file in sent:
        again = summary_of(file, edition())
        assert again.declared == kept[file.id].declared
        assert file.state != VALIDATED or again.reviewed == kept[file.id].reviewed
        assert file.place == place_key(file.answers["territory"])
    assert any(one.reviewed and one.reviewed != one.declared for one in kept.values())
    db.session.execute(delete(Summary))
    assert sum_up_some(200)
    assert not sum_up_some()
    again = {one.id: (one.declared, one.reviewed) for one in summed(last_files([ready.made.desks[0].network.id]))}
    mine = [one for one in sent if one.network_id == ready.made.desks[0].network.id and not one.aside]
    last = {one.place: one for one in sorted(mine, key=lambda one: one.sent_at)}.values()
    assert {one.id for one in last} == set(again)
    assert all((again[one.id][1] is not None) == (one.state == VALIDATED) for one in last)
