"""`/chiffres`: what it counts, and that nothing can be had from it by subtracting."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from selfassess.core.review.acts import DRAFT, PREVIEW, SUBMITTED
from selfassess.store.database import db, writing
from selfassess.store.models import MonthCount, Submission
from selfassess.store.submissions import PAUSE, Change, change, remove
from selfassess.store.usage import COUNTED_WITHIN, count_months, counted
from selfassess.web.public import usage_figures
from selfassess.web.public.usage_figures import STEP, UsageLine, rounded
from tests.desk import a_file
from tests.fixtures.stores import BOTH
from tests.web import profiles
from tests.web.test_service import statements
from tests.web.walker import Walker

JUNE = datetime.fromisoformat("2026-06-01T00:00:00+02:00")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def store(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app


def kept(*files: dict[str, object]) -> None:
    """Files with those columns."""
    usual = {
        "questionnaire": "q", "edition": "e", "state": DRAFT, "answers": {}, "comments": {}, "authors": {},
        "voices": {}, "version": 1, "acts": 0, "name": "", "search": "", "reading": "", "aside": False, "spent": 0,
        "completed_at": None, "sent_at": None,
    }  # fmt: skip  # every column of a row
    rows = [{**usual, "created_at": JUNE, "reference": f"PAT-{at:09}", **one} for at, one in enumerate(files)]
    with writing() as session:
        session.execute(insert(Submission), rows)


@pytest.mark.stores(*BOTH)
def test_a_month_is_counted_once_and_outlives_its_files(store: Flask) -> None:
    """By the months of Paris; neither trials nor what was set aside."""
    last, july = JUNE + 30 * DAY - MINUTE, JUNE + 30 * DAY
    kept(
        {"created_at": JUNE - MINUTE, "completed_at": JUNE, "spent": 60 * 14},
        {"created_at": last, "completed_at": july, "sent_at": july, "state": SUBMITTED},
        {"completed_at": last, "sent_at": last, "spent": 60 * 31, "state": SUBMITTED},
        {"completed_at": last},  # copied from another: nobody spent time on it
        {"state": PREVIEW, "completed_at": JUNE},
        {"aside": True, "sent_at": JUNE, "state": SUBMITTED},
    )
    assert count_months(july - MINUTE) == 1  # May: June has not ended
    assert count_months(july) == 1
    assert count_months(july) == 0
    for file in db.session.scalars(select(Submission)).all():
        remove(file)
    assert count_months(july + 31 * DAY) == 0  # nothing left to count July from
    may, june = counted("2026-01")
    assert (may.month, may.begun, may.completed, may.sent) == ("2026-05", 1, 0, 0)
    assert (june.month, june.begun, june.completed, june.sent, june.minutes) == ("2026-06", 3, 3, 1, [14, 31])


def test_a_month_long_gone_is_not_counted(store: Flask) -> None:
    """Drafts of it are no more: a wrong number would be shown for ever."""
    kept({})
    assert count_months(JUNE + 30 * DAY + COUNTED_WITHIN + 30 * DAY) == 2
    assert [one.month for one in counted("2026-01")] == ["2026-07", "2026-08"]


def test_time_at_work_leaves_out_pauses_and_what_comes_after(store: Flask) -> None:
    file, _ = a_file({}, at=JUNE)

    def save(at: datetime) -> None:
        change(file, lambda one: Change(one.answers, one.comments, "answer"), "respondent", at)

    for minute in (5, 9, 29, 50):  # the last one after more than PAUSE
        save(JUNE + minute * MINUTE)
    assert PAUSE == 20 * MINUTE
    assert file.spent == 29 * 60
    with writing() as session:
        session.execute(update(Submission).values(completed_at=JUNE + 50 * MINUTE))
    db.session.refresh(file)
    save(JUNE + 55 * MINUTE)
    assert file.spent == 29 * 60


def test_a_file_is_complete_once_nothing_is_left_to_answer(app: Flask) -> None:
    walker = Walker(app)
    walker.start()
    walker.client.get(f"{walker.path}/verifier")
    assert completed(app) is None
    walker.walk(profiles.INTERCOMMUNAL, profiles.GROUP)
    first = completed(app)
    assert first is not None
    with statements(app) as sent:
        walker.get("/dossier/verifier")
    assert not [one for one in sent if not one.startswith(("SELECT", "BEGIN"))]
    assert completed(app) == first


def completed(app: Flask) -> datetime | None:
    with app.app_context():
        return db.session.scalar(select(Submission.completed_at))


# ---- What the page shows -----------------------------------------------------------------------------------------


def months(*told: tuple[str, int, int, int]) -> None:
    with writing() as session:
        session.add_all(
            MonthCount(month=month, begun=begun, completed=done, sent=sent, minutes=[17] * done)
            for month, begun, done, sent in told
        )


def on(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    at = datetime.fromisoformat(day)
    monkeypatch.setattr(usage_figures, "today", at.date)


def test_quarters_that_have_ended(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no other; a month that was not counted is named; the sum is of what is shown."""
    with app.app_context():
        months(
            ("2025-06", 900, 900, 900), ("2026-04", 4, 3, 2), ("2026-05", 1207, 20, 2), ("2026-07", 9, 9, 9),
            ("2026-09", 4, 4, 4), ("2026-10", 500, 500, 500),
        )  # fmt: skip  # a quarter a line, nearly
    on(monkeypatch, "2026-12-31")
    walker = Walker(app)
    walker.get("/chiffres")
    rows = [" | ".join(one.text(strip=True) for one in row.css("th, td")) for row in walker.page.css("tbody tr")]
    plain = [row.replace("\u00a0", " ").replace("\u202f", " ") for row in rows]
    assert plain == [
        "Avril à juin 2026non compté : juin | 1 210 | 20 | moins de 5 | 15 minutes",
        "Juillet à septembre 2026non compté : août | 10 | 10 | 10 | 15 minutes",
        "Ensemble | 1 220 | 30 | 10 | 15 minutes",
    ]
    on(monkeypatch, "2026-03-31")
    walker.get("/chiffres")
    assert walker.page.css_first("table") is not None  # 2025-06
    on(monkeypatch, "2025-03-31")
    walker.get("/chiffres")
    assert "paraîtront en avril 2025" in walker.text


def test_nothing_is_named(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        kept(*({"name": "Val Secret", "search": "val secret", "reading": "Levier"} for _ in range(30)))
        count_months(JUNE + 31 * DAY)
    on(monkeypatch, "2026-07-02")
    walker = Walker(app)
    walker.get("/chiffres")
    assert "Val Secret" not in walker.response.text
    assert "30" in walker.text


def test_no_number_can_be_had_by_subtracting() -> None:
    """Of two numbers shown and of what is between them: at least STEP possible counts each, whatever they are, also
    with all that one knows beside (who is sent is complete, who is complete was begun). Totals say nothing more: they
    are sums of what is shown."""
    for begun in range(0, 31):
        for done in range(begun + 1):
            fits = [
                (one, other)
                for one, other in product(range(41), repeat=2)
                if other <= one and (rounded(one), rounded(other)) == (rounded(begun), rounded(done))
            ]
            for told in ({one for one, _ in fits}, {other for _, other in fits}, {one - other for one, other in fits}):
                assert len(told) >= STEP
    lines = [UsageLine("", rounded(7 * at), rounded(5 * at), rounded(3 * at), None) for at in range(4)]
    total = usage_figures._total(lines, [], [])
    assert total.begun == sum(one.begun for one in lines)
    assert total.sent == sum(one.sent for one in lines)


def test_ten_thousand_files_cost_the_page_nothing(store: Flask) -> None:
    kept(*({"created_at": JUNE + at * MINUTE, "completed_at": JUNE, "spent": at} for at in range(10_000)))
    began = time.perf_counter()
    assert count_months(JUNE + 31 * DAY) == 1
    assert time.perf_counter() - began < 2
    with statements(store) as sent:
        assert store.test_client().get("/chiffres").status_code == 200
    assert len([one for one in sent if one.startswith("SELECT")]) == 1
    assert "submission" not in "".join(sent)
