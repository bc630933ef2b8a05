"""/verifier: what is told of a report from its fingerprint, whoever asks; what is not; what may be typed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from selfassess.core.report.network_reading import as_trial
from selfassess.core.review.acts import PREVIEW
from selfassess.store.acts import perform
from selfassess.store.database import db
from selfassess.store.models import Network, StoredReport, Submission
from selfassess.store.reports import MOST_HOLDERS, ask
from selfassess.store.submissions import remove
from selfassess.web.french import french_day, now, today
from selfassess.web.public import verify
from selfassess.web.public.verify import (
    CURRENT,
    LATER,
    NOT_SENT,
    REOPENED,
    WITHDRAWN,
    grouped,
)
from selfassess.web.report.submission_record import declaration, declared_for_elus
from selfassess.web.report.visibility import lent, reviewed, shared, shared_for_elus
from tests.core.report import files
from tests.definitions import edition
from tests.desk import COORDINATOR, a_file
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.fixtures.stores import SQLITE
from tests.web.report.test_visibility import GIVEN, SECRET, WHO, Scene
from tests.web.walker import Walker

NONE = "0123456789abcdef01234567"
EVERYTHING_TOLD = {"edition", "day", "state", "since", "read_on", "leads", "elected"}


class Paper:
    """A file, and the fingerprints on the PDFs that were asked for along the way."""

    def __init__(self, app: Flask, sent: bool = True) -> None:
        self.app, self.scene = app, Scene(app, sent)
        self.act = self.scene.act

    def asked(self, how: Any, *given: Any) -> str:
        """The PDF of the report as `how` shows it is asked for; gives its fingerprint."""
        with self.app.app_context():
            submission = db.session.get_one(Submission, self.scene.id)
            report = how(submission, *given)
            ask(report.fingerprint, report.model_dump_json(), submission.id, "v", now())
            db.session.remove()
        return str(report.fingerprint)

    def send(self, kind: str = "send") -> None:
        with self.app.app_context():
            made, at = db.session.get_one(Submission, self.scene.id), now()
            network = made.network_id or db.session.scalars(db.select(Network.id)).one()
            perform(made, kind, COORDINATOR, at, lambda one: declaration(one, edition(), kind, at, network_id=network))
            db.session.remove()

    def told(self, fingerprint: str) -> tuple[str, str]:
        """State, and what became of it since; the page is looked at as well."""
        page(self.app, fingerprint)
        with self.app.app_context():
            found = verify.find(fingerprint)
            db.session.remove()
        assert found is not None
        return found.state, found.since


def page(app: Flask, fingerprint: str) -> Walker:
    """As somebody without cookie nor account gets it: nothing of the file, no cookie, kept by nobody."""
    walker = Walker(app)
    walker.get(f"/verifier/{fingerprint}")
    assert walker.response.status_code == 200
    assert grouped(fingerprint) in walker.text
    headers = walker.response.headers
    assert "Set-Cookie" not in headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    shown = [one for one in hidden(app) if one in walker.response.text]
    assert not shown
    return walker


def hidden(app: Flask) -> set[str]:
    """Names, answers, categories, devices, references: none may be read on the page."""
    report = files.report("twinning_and_project")
    with app.app_context():
        names = {one.reference for one in db.session.query(Submission)}
        db.session.remove()
    rows = {row.answer for group in report.answers for row in group.rows if len(row.answer) > 6}
    devices = {one.title for one in report.devices} | {one.short for one in report.devices}
    return {
        *names, *rows, *devices, *(one.title for one in report.categories), report.territory, "Réseau d’essai",
        "réseau d’essai", SECRET, WHO, "Élue",
    }  # fmt: skip


def yesterday(submission: Submission) -> Any:
    return shared(submission, edition(), today() - timedelta(days=1))


def respondent(submission: Submission) -> Any:
    return shared(submission, edition(), today())


def reader(submission: Submission) -> Any:
    return lent(submission, edition(), today())


# ---- Each state --------------------------------------------------------------------------------------------------


def test_what_is_told_is_no_answer() -> None:
    assert set(verify.VerifiedReport.__dataclass_fields__) == EVERYTHING_TOLD


def test_a_file_before_it_is_sent_then_sent(app: Flask) -> None:
    paper = Paper(app, sent=False)
    old, mine, drafted = paper.asked(yesterday), paper.asked(respondent), paper.asked(reader)
    assert [paper.told(one) for one in (old, mine)] == [("unsent", NOT_SENT)] * 2
    assert paper.told(drafted) == ("lent", NOT_SENT)
    paper.send()
    # The one of the day says what was sent; the two others were before.
    assert [paper.told(one) for one in (old, mine, drafted)] == [
        ("unsent", LATER), ("declared", CURRENT), ("lent", LATER),
    ]  # fmt: skip
    assert "Un rapport plus récent existe." in page(app, drafted).text
    told = page(app, mine).text
    assert f"Établi le {french_day(today().isoformat())}" in told
    assert f"Édition du questionnaire {edition().id}" in told
    assert "C’est le dernier rapport de ce dossier." in told


def test_a_version_for_elus_is_known_by_its_own_number(app: Flask) -> None:
    """Before it is sent once its PDF is asked for; sent, though nobody asked; after a network's reading."""
    paper = Paper(app, sent=False)
    draft = paper.asked(lambda one: shared_for_elus(one, edition(), today()))
    assert paper.told(draft) == ("unsent", "not_sent")
    assert "Pour les élus" in page(app, draft).text
    paper.send()
    with app.app_context():
        sent = declared_for_elus(db.session.get_one(Submission, paper.scene.id))
    assert sent is not None
    assert paper.told(sent.fingerprint) == ("declared", "current")
    paper.scene.judge()
    paper.act("validate")
    assert paper.told(sent.fingerprint) == ("declared", "later")
    read = paper.asked(lambda one: shared_for_elus(one, edition(), today()))
    assert paper.told(read) == ("reviewed", "current")
    assert read != paper.asked(reviewed)


def test_a_sent_report_is_found_though_nobody_asked_for_its_pdf(app: Flask) -> None:
    paper = Paper(app)
    with app.app_context():
        declared = str(db.session.get_one(Submission, paper.scene.id).declared)
        assert db.session.query(StoredReport).count() == 0
        db.session.remove()
    assert paper.told(declared) == ("declared", CURRENT)
    paper.act("request", questions=["governance"], message="Précisez.")
    assert paper.told(declared) == ("declared", CURRENT)
    paper.scene.set_columns(comments={"stage": "Précisé."})
    paper.send("resubmit")
    assert paper.told(declared) == ("declared", LATER)


def test_a_reading_under_way_validated_reopened(app: Flask) -> None:
    paper = Paper(app)
    declared = paper.asked(respondent)
    paper.scene.judge()
    ongoing = paper.asked(reviewed)
    assert paper.told(ongoing) == ("under_way", CURRENT)
    assert paper.told(declared) == ("declared", CURRENT)
    paper.act("validate")
    validated = paper.asked(reviewed)
    assert [paper.told(one) for one in (declared, ongoing, validated)] == [
        ("declared", LATER), ("under_way", LATER), ("reviewed", CURRENT),
    ]  # fmt: skip
    assert f"Lecture du réseau Du {french_day(today().isoformat())}" in page(app, validated).text
    paper.act("reopen", reason="Une erreur.")
    assert [paper.told(one) for one in (declared, validated)] == [("declared", CURRENT), ("reviewed", REOPENED)]
    paper.act("withdraw", COORDINATOR)
    assert [paper.told(one) for one in (declared, ongoing, validated)] == [
        ("declared", WITHDRAWN), ("under_way", WITHDRAWN), ("reviewed", WITHDRAWN),
    ]  # fmt: skip


def test_a_trial_says_so(app: Flask) -> None:
    paper = Paper(app, sent=False)
    paper.scene.set_columns(state=PREVIEW)
    trial = paper.asked(respondent)
    with app.app_context():
        made = db.session.get_one(Submission, paper.scene.id)
        assert as_trial(shared(made, edition(), today())).fingerprint != trial  # marked once, not twice
        db.session.remove()
    assert paper.told(trial) == ("trial", NOT_SENT)
    assert "Essai d’un brouillon d’édition" in page(app, trial).text


def test_the_same_report_in_several_files_tells_the_one_sent(app: Flask) -> None:
    paper = Paper(app)
    declared = paper.asked(respondent)
    with app.app_context():
        twins = [a_file(GIVEN)[0] for _ in range(MOST_HOLDERS + 1)]
        kept = shared(twins[0], edition(), today())
        assert kept.fingerprint == declared
        for one in twins:
            ask(declared, kept.model_dump_json(), one.id, "v", now())
        db.session.remove()
    assert paper.told(declared) == ("declared", CURRENT)
    with app.app_context():
        remove(db.session.get_one(Submission, paper.scene.id))
        db.session.remove()
    assert paper.told(declared) == ("unsent", NOT_SENT)


def test_a_deleted_file_leaves_nothing(app: Flask) -> None:
    paper = Paper(app)
    mine = paper.asked(respondent)
    with app.app_context():
        remove(db.session.get_one(Submission, paper.scene.id))
        db.session.remove()
    walker = Walker(app)
    walker.get(f"/verifier/{mine}")
    assert walker.response.status_code == 404
    assert walker.response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Cela ne veut pas dire que votre document est faux." in walker.text
    assert walker.form("#verify-form").values["numero"] == grouped(mine)


# ---- What is typed -----------------------------------------------------------------------------------------------


FORGIVEN = (
    NONE,
    NONE.upper(),
    grouped(NONE),
    f"  {NONE[:12]}\r\n{NONE[12:]} ",
    grouped(NONE).replace(" ", "-"),
    grouped(NONE).replace(" ", " – "),
    grouped(NONE).replace(" ", "\u00a0\u2011"),
    NONE[:6] + "\u00ad\u200b" + NONE[6:],
    NONE.translate({ord(str(one)): 0xFF10 + one for one in range(10)}),
)
LETTERS = "des lettres de a à f"
WRONG = {
    "": "Écrivez le numéro",
    " \n-": "Écrivez le numéro",
    NONE[:-1]: "il y en a ici 23 caractères",
    NONE + "0": "il y en a ici 25 caractères",
    "f" * 5000: "il y en a ici 5000 caractères",
    NONE[:-1] + "g": LETTERS,
    "' OR 1=1 --": LETTERS,
    '"><script>alert(1)</script>': LETTERS,
    "\x00" + NONE[:-1] + "%": LETTERS,
    "PAT-7K3M-9Q2X": LETTERS,
}


def test_what_is_typed_from_paper_is_forgiven(app: Flask) -> None:
    walker = Walker(app)
    walker.get("/verifier")
    form = walker.form("#verify-form")
    for typed in FORGIVEN:
        form.fill("numero", typed)
        with app.test_request_context():
            address = app.url_for("verify.one", fingerprint=typed)
        ways = [walker.client.get(form.action, query_string=form.values)]
        ways += [walker.client.get(address)] if typed != NONE else []
        for answer in ways:
            assert (answer.status_code, answer.location) == (303, f"/verifier/{NONE}"), typed


def test_a_wrong_shape_is_explained(app: Flask) -> None:
    for typed, said in WRONG.items():
        with app.test_request_context():
            ways = [app.url_for("verify.ask", numero=typed)]
            ways += [app.url_for("verify.one", fingerprint=typed)] if typed.strip() else []
        for way in ways:
            walker = Walker(app)
            walker.get(way)
            assert walker.response.status_code in ({404, 422} if "</" in typed or "\0" in typed else {422}), way
            if walker.response.status_code == 404:  # a slash, or a NUL: no such address
                continue
            (told,) = walker.errors
            assert said in told
            assert walker.page.css_first("#numero").attributes["aria-invalid"] == "true"
            assert " ".join(walker.page.css_first(".govuk-error-message").text().split()).endswith(told)
            assert walker.page.css_first(".govuk-error-summary a").attributes["href"] == "#numero"
            assert walker.page.css("main script") == []
    assert app.test_client().post("/verifier", data={"numero": NONE}).status_code in {400, 405}


def test_a_page_to_read_before_anything_is_typed(app: Flask) -> None:
    walker = Walker(app)
    walker.get("/")
    walker.click("Vérifier un rapport")
    assert (walker.response.status_code, walker.errors) == (200, [])
    assert "X-Robots-Tag" not in walker.response.headers
    assert re.fullmatch("[0-9a-f ]{29}", grouped(NONE))


@pytest.mark.stores(SQLITE)
def test_guesses_need_no_table_to_be_read_whole(app: Flask) -> None:
    """Both look-ups go by an index, so that asking costs the same whatever is kept."""
    with app.app_context():
        for table in ("revision", "stored_report"):
            query = f"EXPLAIN QUERY PLAN SELECT report FROM {table} WHERE fingerprint = 'a'"  # noqa: S608
            plan = db.session.execute(text(query)).all()
            assert "SEARCH" in str(plan), table


# ---- In a browser ------------------------------------------------------------------------------------------------


def test_in_a_browser(app: Flask, serve: Serve, new_page: NewPage, audit: Audit) -> None:
    paper = Paper(app)
    mine = paper.asked(respondent)
    page = new_page(viewport={"width": 320, "height": 640}, base_url=serve(app))
    page.goto("/verifier")
    audit(page)
    field = page.get_by_label("Numéro de vérification")
    field.fill(mine[:8])
    page.get_by_role("button", name="Vérifier").click()
    audit(page, "Vérifier un rapport")
    field.fill(grouped(mine).upper())
    page.get_by_role("button", name="Vérifier").click()
    audit(page, "Ce site a établi un rapport avec ce numéro")
    page.goto(f"/verifier/{NONE}")
    audit(page, "Aucun rapport gardé ici n’a ce numéro de vérification")
