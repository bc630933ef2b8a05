"""The demonstration: names that exist nowhere, everything the desk can show, made by the site's own acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from selfassess.content.demonstration import load_demonstration
from selfassess.core.definition.typography import fold
from selfassess.core.network.place import place_key
from selfassess.core.review.acts import (
    ACTS,
    DRAFT,
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
from selfassess.store.territories.summaries import last_files, summed
from selfassess.web.app import create_app
from selfassess.web.commands.demo import DemonstrationFiles, prepare, told
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
    assert len(names) == len(set(names)) == 40
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
        assert set(one.acts) <= set(STEPS), one.name
        assert 1 <= one.days < 60, one.name
    asked = {*DEMO.comments, *DEMO.remarks, DEMO.typo.question}
    asked |= {key for one in DEMO.requests for key in one.questions}
    assert asked <= set(questionnaire.questions)
    assert set(DEMO.labels) == {kind.id for kind in edition().means.kinds}
    assert DEMO.service.section in {one.id for one in questionnaire.sections}
    assert DEMO.account.email.endswith("@demo.example")


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
        assert NOW - timedelta(days=60) <= instants[0]
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
    form = {"csrf_token": token[1], "email": DEMO.account.email, "password": ready.made.password}
    entered = client.post("/reseau/connexion", data=form)
    assert (entered.status_code, entered.location) == (303, "/reseau")
    links = re.findall(r"http://[^/]+(/(?:reprendre|lire)/\S+)", text)
    assert len(links) >= 3
    for link in links:
        assert ready.app.test_client().get(link, follow_redirects=True).status_code == 200


def test_every_page_of_its_desk_can_be_read(ready: Ready) -> None:
    walker = Walker(ready.app)
    log_in(walker.client, ready.made.facilitator)
    sent = [one.reference for one in ready.files if one.state in SENT]
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
    few = DEMO.model_copy(update={"territories": DEMO.territories[:6]})
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
    again = {one.id: (one.declared, one.reviewed) for one in summed(last_files([ready.made.network.id]))}
    assert {one.id for one in sent if not one.aside} == set(again)
    assert all(
        (reviewed is not None) == (kept_state == VALIDATED)
        for (_, reviewed), kept_state in ((again[one.id], one.state) for one in sent if not one.aside)
    )
