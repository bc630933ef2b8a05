"""The steps of the plan, ticked in the file, sent or not, without JavaScript; and as a calendar file."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from selfassess.core.report.report import Report
from selfassess.store import step_ticks, submissions
from selfassess.store.database import db, writing
from selfassess.store.models import Link, StepTick, Submission
from selfassess.web.french import now
from selfassess.web.report import plan_calendar
from selfassess.web.report.submission_record import declared_report
from tests.core.report import files
from tests.desk import a_file, a_network, a_sent_file, hold
from tests.web.walker import Walker

PLAN = "/dossier/resultat/plan"
GIVEN = files.FILES["twinning_and_project"]


def opened(app: Flask, *, sent: bool = False) -> Walker:
    with app.app_context():
        _, token = a_sent_file(a_network(), GIVEN) if sent else a_file(GIVEN)
        db.session.remove()
    walker = Walker(app)
    hold(walker.client, token)
    walker.get("/dossier/resultat")
    return walker


def boxes(walker: Walker) -> list[str]:
    return [str(one.attributes["value"]) for one in walker.page.css("#calendrier input[type=checkbox]")]


def ticked(walker: Walker) -> list[str]:
    return [str(one.attributes["value"]) for one in walker.page.css("#calendrier input[checked]")]


def post(walker: Walker, *steps: str, was: tuple[str, ...] = ()) -> None:
    form = walker.form("#calendrier form")
    told = [("csrf_token", str(form.values["csrf_token"]))]
    told += [*(("step", one) for one in steps), *(("was", one) for one in was)]
    walker.post(form.action, MultiDict(told))


@pytest.mark.parametrize("sent", [False, True])
def test_steps_are_ticked_and_taken_back(app: Flask, sent: bool) -> None:
    walker = opened(app, sent=sent)
    first, second, *_ = every = boxes(walker)
    assert len(set(every)) == len(every)
    post(walker, first, second)
    assert walker.path.endswith("/resultat")
    assert ticked(walker) == [first, second]
    assert "Fait le" in walker.text
    assert "2 sur " in " ".join(walker.page.css_first("#maintenant").text().split())
    post(walker, second, was=(first, second))
    assert ticked(walker) == [second]
    with app.app_context():
        kept = db.session.query(Submission).one()
        if sent:  # what was declared stays as it was
            assert declared_report(kept).fingerprint == kept.declared


def test_two_pages_do_not_undo_each_other(app: Flask) -> None:
    walker = opened(app)
    first, second, *_ = boxes(walker)
    post(walker, first)
    post(walker, second)  # a page read before the first was ticked
    assert ticked(walker) == [first, second]
    post(walker, first)
    with app.app_context():
        assert len(step_ticks.of_file(db.session.query(Submission).one())) == 2


def test_what_is_no_step_of_the_plan_is_passed_over(app: Flask) -> None:
    walker = opened(app)
    first, *_ = boxes(walker)
    post(walker, "", "x" * 4000, "é\x00", "../../etc", "e8080e90eda7", first, first, was=("x" * 4000, "\x00"))
    assert ticked(walker) == [first]
    with app.app_context():
        assert db.session.query(StepTick).count() == 1


def test_ticked_twice_it_keeps_its_first_day(app: Flask) -> None:
    with app.app_context():
        made, _ = a_file(GIVEN)
        before = datetime(2026, 12, 1, tzinfo=UTC)
        step_ticks.change(made, ["a"], [], before)
        step_ticks.change(made, ["a", "a"], [], before + timedelta(days=3))
        assert step_ticks.of_file(made) == {"a": before}
        with writing() as session:
            session.delete(session.get(Submission, made.id))
        assert db.session.query(StepTick).count() == 0
        with pytest.raises(submissions.GoneError):
            step_ticks.change(made, ["a"], [], before)


def test_a_colleague_sees_what_is_done_and_ticks_nothing(app: Flask) -> None:
    walker = opened(app)
    post(walker, boxes(walker)[0])
    with app.app_context(), writing() as session:
        mine = session.query(Submission).one()
        token = submissions.new_token()
        made = Link(hash=submissions.token_hash(token), submission_id=mine.id, role="contributor", created_at=now())
        made.section = "means"
        session.add(made)
    other = Walker(app)
    hold(other.client, token)
    other.get("/dossier/resultat")
    assert boxes(other) == []
    assert len(re.findall(r"Fait\.", other.page.css_first("#calendrier").text())) == 1
    assert not other.page.css(".rp-monday")  # the coordination's own


def test_a_step_keeps_its_name_when_its_dates_change() -> None:
    keys = [
        {step.known_by: step.text for one in files.report_of(GIVEN, day=day).devices for step in one.steps}
        for day in (date(2026, 6, 1), date(2026, 11, 23))
    ]
    both = keys[0].keys() & keys[1].keys()
    assert any(keys[0][one] != keys[1][one] for one in both)


# The calendar file.


def read(content: bytes) -> list[dict[str, str]]:
    """Its events, by the rules of RFC 5545: lines unfolded, texts unescaped."""
    text = content.decode()
    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert not any("\n" in one or "\r" in one for one in lines)
    events: list[dict[str, str]] = []
    for name, _, value in (one.partition(":") for one in lines):
        if (name, value) == ("BEGIN", "VEVENT"):
            events.append({})
        elif events:
            events[-1][name] = re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), value)
    return events


def of_steps(texts: list[str], **more: Any) -> Report:
    report = files.report("twinning_and_project")
    span = report.timeline[0]
    steps = tuple(span.steps[0].model_copy(update={"text": text, "key": f"k{at}"}) for at, text in enumerate(texts))
    return report.model_copy(update={"timeline": (span.model_copy(update={"steps": steps, **more}),)})


def test_what_is_left_to_do_is_in_the_calendar_file(app: Flask) -> None:
    walker = opened(app)
    first, *left = boxes(walker)
    post(walker, first)
    walker.check = False
    walker.get(f"{PLAN}.ics")
    assert walker.response.mimetype == "text/calendar"
    assert walker.response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert walker.response.headers["Cache-Control"] == "no-store"
    events = read(walker.response.data)
    assert len(events) == len({one["UID"] for one in events}) == len(left)
    assert all(re.fullmatch(r"20\d{6}", one["DTSTART;VALUE=DATE"]) for one in events)
    again = walker.response.data
    walker.get(f"{PLAN}.ics")
    assert walker.response.data == again


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), min_size=1), min_size=1))
def test_any_text_comes_back_as_it_was(texts: list[str]) -> None:
    made = plan_calendar.render(of_steps(texts), (), "PAT-2222-3333")
    assert all(len(line) <= plan_calendar.LONGEST for line in made.split(b"\r\n"))
    assert [line.decode() for line in made.split(b"\r\n")]  # no letter is cut
    assert [one["SUMMARY"] for one in read(made)] == texts


def test_the_day_is_the_steps_own_else_that_of_its_span() -> None:
    made = of_steps(["Un", "Deux"])
    span = made.timeline[0]
    dated = span.steps[0].model_copy(update={"until": "2027-02-19"})
    both = made.model_copy(update={"timeline": (span.model_copy(update={"steps": (dated, span.steps[1])}),)})
    days = [one["DTSTART;VALUE=DATE"] for one in read(plan_calendar.render(both, (), "PAT-2222-3333"))]
    assert days == ["20270219", span.until.replace("-", "")]


def test_events_are_of_one_file() -> None:
    mine, other = (read(plan_calendar.render(of_steps(["Un"]), (), one))[0]["UID"] for one in ("PAT-2", "PAT-3"))
    assert mine != other
    assert read(plan_calendar.render(of_steps(["Un"]), {"k0"}, "PAT-2")) == []
    assert read(plan_calendar.render(of_steps(["Un"], until=""), (), "PAT-2")) == []  # kept before spans had a day
