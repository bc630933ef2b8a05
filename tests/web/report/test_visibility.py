"""Who sees which report: the respondent, a reader by their link, the network's desk; and each one's PDF."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask

from selfassess.core.report.report import Report
from selfassess.core.review.acts import (
    CLARIFICATION,
    DRAFT,
    FACILITATOR,
    READER,
    VALIDATED,
    WITHDRAWN,
)
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.database import db, writing
from selfassess.store.models import Link, Revision, StoredReport, Submission
from selfassess.store.submissions import new_token, remove, token_hash
from selfassess.web.access import ACCESS, PUBLIC
from selfassess.web.commands.worker import draw_next
from selfassess.web.french import now
from selfassess.web.report import pdf
from tests.core.report import files
from tests.desk import COORDINATOR, a_facilitator, a_file, a_network, a_sent_file, hold, log_in
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.pdf import CheckPdf, text_of
from tests.fixtures.server import Serve
from tests.web.walker import Walker

GIVEN = files.FILES["twinning_and_project"]
WHO = "Animation du réseau"
SECRET = "Avis qui n’est pas encore validé"


class Scene:
    """A file, its respondent, a reader, a facilitator of its network."""

    def __init__(self, app: Flask, sent: bool = True) -> None:
        self.app, self.reader = app, new_token()
        with app.app_context():
            network = a_network()
            me = a_facilitator(network, label=WHO)
            self.desk_actor = Actor(FACILITATOR, WHO, me.id)
            made, self.token = a_sent_file(network, GIVEN) if sent else a_file(GIVEN)
            self.id, self.reference = made.id, made.reference
            with writing() as session:
                session.add(Link(hash=token_hash(self.reader), submission_id=made.id, role=READER, label="Élue",
                                 whole=True, created_at=now()))  # fmt: skip
            desk = Walker(app)
            log_in(desk.client, me)
            db.session.remove()
        self.desk = desk
        self.addresses = {"respondent": "/dossier/resultat", "reader": "/lecture",
                          "desk": f"/reseau/dossiers/{self.reference}/rapport"}  # fmt: skip
        self.visitors = {"respondent": Walker(app), "reader": Walker(app), "desk": desk}
        hold(self.visitors["respondent"].client, self.token)

    @classmethod
    def at(cls, app: Flask, state: str) -> Scene:
        """The file in that state: DRAFT, CLARIFICATION (one question asked again), VALIDATED (read otherwise)."""
        scene = cls(app, sent=state != DRAFT)
        if state == CLARIFICATION:
            scene.act("request", questions=["governance"], message="Précisez.")
        elif state == VALIDATED:
            scene.judge()
            scene.act("validate")
        return scene

    def act(self, name: str, actor: Actor | None = None, **data: Any) -> None:
        with self.app.app_context():
            made = db.session.get_one(Submission, self.id)
            perform(made, name, actor or self.desk_actor, now(), lambda _: Outcome(data))
            db.session.remove()

    def judge(self) -> None:
        first = next(one for one in files.report("twinning_and_project").categories if one.verdict == "ruled_out")
        told = {first.id: {"retained": True, "reason": "Vu sur place."}}
        self.act("judge", categories=told, devices=[], order_reason="", advice=SECRET)

    def read(self, who: str) -> Walker:
        walker = self.visitors[who]
        walker.get(f"/lire/{self.reader}" if who == "reader" else self.addresses[who])
        return walker

    def set_columns(self, **values: Any) -> None:
        with self.app.app_context(), writing() as session:
            session.execute(db.update(Submission).values(**values))


def body(walker: Walker) -> str:
    """The report itself, without the ways that only who holds the file has."""
    assert walker.response.status_code == 200
    report = walker.page.css_first(".report")
    for way in report.css(".app-no-print, .rp-monday, #calendrier legend"):
        way.decompose()
    calendar, steps = report.css_first("#calendrier"), ""  # the coordination ticks its steps: they say the same
    if calendar is not None:
        steps = " ".join(calendar.text(separator=" ").split())
        calendar.decompose()
    return re.sub(r"\s+(?=<)", "", str(report.html)) + steps


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """Drawing takes no time and is done at once; gives the reports drawn."""
    drawn: list[Report] = []

    def render(report: Report, face: object) -> bytes:
        drawn.append(report)
        return b"%PDF-1.7 fictional"

    monkeypatch.setattr(pdf, "render", render)
    monkeypatch.setattr("selfassess.web.report.delivery._held", lambda stored: draw_next())
    return drawn


def link(walker: Walker) -> str:
    (found,) = {one.attributes["href"] for one in walker.page.css("a[href$='.pdf']")}
    return str(found)


# ---- Which report ------------------------------------------------------------------------------------------------


def test_a_draft_is_marked_for_its_reader(app: Flask) -> None:
    scene = Scene(app, sent=False)
    reader = scene.read("reader")
    assert "Brouillon\u00a0: ce dossier n’est pas envoyé." in reader.response.text
    assert "Brouillon" in body(reader)
    assert "D’après vos réponses du" in body(scene.read("respondent"))
    assert "Brouillon" not in body(scene.read("respondent"))
    scene.desk.get(scene.addresses["desk"])
    assert scene.desk.response.status_code == 404


def test_the_call_sheet_is_the_coordination_s(app: Flask) -> None:
    scene = Scene.at(app, VALIDATED)
    sheets = {who: len(scene.read(who).page.css(".rp-monday")) for who in scene.addresses}
    assert sheets == {"respondent": 1, "reader": 0, "desk": 0}


def test_what_is_sent_stays_whatever_changes_since(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even computed again: the definitions may have changed, and answers do while a clarification is awaited."""
    scene = Scene(app)
    before = {who: body(scene.read(who)) for who in scene.visitors}
    assert len(set(before.values())) == 1
    scene.act("request", questions=["governance"], message="Précisez.")
    scene.set_columns(answers={"territory": {"name": "Ailleurs"}})

    def never(*_: Any) -> Report:
        raise AssertionError("computed again")

    monkeypatch.setattr("selfassess.web.report.visibility.computed", never)
    assert {who: body(scene.read(who)) for who in scene.visitors} == before
    assert (
        "Ce que vous changez entrera dans ce rapport quand vous renverrez le dossier." in scene.read("respondent").text
    )


def test_own_reading_is_the_desk_s_until_validated(app: Flask) -> None:
    scene = Scene(app)
    declared = body(scene.read("reader"))
    scene.judge()
    assert body(scene.read("reader")) == body(scene.read("respondent")) == declared
    desk = scene.read("desk")
    assert SECRET in body(desk)
    assert "Lecture du réseau, pas encore validée." in desk.text
    assert "non partagée" in body(desk)
    scene.act("validate")
    found = [body(scene.read(who)) for who in scene.visitors]
    assert len(set(found)) == 1
    assert SECRET in found[0]
    assert "Relu par le réseau d’essai le " in found[0]
    assert "pas encore validée" not in found[0]
    scene.act("reopen", reason="Une erreur.")
    assert body(scene.read("reader")) == body(scene.read("respondent")) == declared
    desk = body(scene.read("desk"))
    assert SECRET in desk
    assert "non partagée" in desk
    assert "Relu par" not in desk


def test_withdrawn_and_sent_again_starts_anew(app: Flask) -> None:
    scene = Scene(app)
    scene.judge()
    scene.act("withdraw", COORDINATOR)
    assert scene.read("desk").response.status_code == 404
    assert scene.read("reader").response.status_code == 410
    assert "D’après vos réponses du" in body(scene.read("respondent"))
    scene.act("restart", COORDINATOR)
    assert "Brouillon" in body(scene.read("reader"))


# ---- The reader's link -------------------------------------------------------------------------------------------


def test_the_link_opens_the_report_and_nothing_else(app: Flask) -> None:
    scene = Scene(app)
    reader = scene.read("reader")
    assert reader.path == "/lecture"
    assert reader.response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert not [one for one in reader.page.css("a[href]") if str(one.attributes["href"]).startswith("/dossier")]
    assert reader.page.css_first("#lien") is None
    assert scene.token not in reader.response.text
    assert reader.page.css_first("textarea, input:not([type=hidden]), select") is None
    for address in ("/dossier", "/dossier/verifier", "/dossier/resultat", "/dossier/repartir", "/dossier/partager"):
        assert reader.client.get(address).status_code == 403
    assert reader.client.get(f"/reseau/dossiers/{scene.reference}/rapport").status_code in {302, 303, 401}


@pytest.mark.parametrize("how", ["revoked", "deleted", "withdrawn"])
def test_a_link_that_reads_no_more_says_why(app: Flask, how: str) -> None:
    scene = Scene(app)
    opened = scene.read("reader")
    if how == "withdrawn":
        scene.set_columns(state=WITHDRAWN)
    else:
        with app.app_context():
            if how == "deleted":
                remove(db.session.get_one(Submission, scene.id))
            else:
                with writing() as session:
                    off = db.update(Link).where(Link.role == READER).values(revoked_at=now())
                    session.execute(off)
    for address in (f"/lire/{scene.reader}", "/lecture"):
        opened.get(address)
        assert opened.response.status_code == 410
        assert opened.response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "Val de Brenne" not in opened.response.text


def test_only_a_reader_s_link_is_for_reading(app: Flask) -> None:
    scene = Scene(app)
    walker = Walker(app)
    for token in (scene.token, "nothing"):
        walker.get(f"/lire/{token}")
        assert walker.response.status_code == 404
    walker.get("/lecture")
    assert walker.response.status_code == 403
    walker.get(f"/reprendre/{scene.reader}")
    assert walker.path == "/lecture"


def test_reading_one_file_does_not_close_the_one_being_filled_in(app: Flask) -> None:
    scene = Scene(app)
    with app.app_context():
        other, token = a_file(files.EARLY)
        mine = other.reference
        db.session.remove()
    walker = scene.visitors["reader"]
    hold(walker.client, token)
    scene.read("reader")
    walker.get("/dossier")
    assert mine in walker.response.text
    walker.get("/lecture")
    assert "Val de Brenne" in walker.response.text
    assert mine not in walker.response.text


def test_private_pages_are_not_indexed(app: Flask) -> None:
    scene = Scene(app)
    client = scene.visitors["respondent"].client
    client.literal = True
    for endpoint, who in ACCESS.items():
        rules = [rule for rule in app.url_map.iter_rules(endpoint) if "GET" in (rule.methods or ())]
        for rule in rules:
            if rule.arguments - {"token", "file"}:
                continue
            address = rule.rule.replace("<token>", scene.token).replace("<file:file>", scene.reference)
            private = who is not PUBLIC or "token" in rule.arguments or endpoint.startswith("preview.")
            assert ("X-Robots-Tag" in client.get(address).headers) is private, address


# ---- Its PDF -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "state"),
    [
        (who, state)
        for who in ("reader", "desk", "respondent")
        for state in (DRAFT, CLARIFICATION, VALIDATED)
        if (who, state) != ("desk", DRAFT)
    ],
)
def test_each_door_has_its_pdf(app: Flask, quick: list[Report], who: str, state: str) -> None:
    scene = Scene.at(app, state)
    walker = scene.read(who)
    address = link(walker)
    walker.send(walker.form("form[action*='/rapport/']"), None)
    assert walker.heading == "Votre PDF est prêt"
    assert walker.response.headers["X-Robots-Tag"] == "noindex, nofollow"
    walker.check = False
    walker.get(address)
    assert walker.response.data.startswith(b"%PDF")
    assert [(one.draft, one.review is not None) for one in quick] == [
        (state == DRAFT and who == "reader", state == VALIDATED)
    ]
    walker.check = True
    scene.read(who)
    assert "Télécharger le PDF" in walker.text
    for other in {"reader", "desk", "respondent"} - {who}:
        stranger = Walker(app)
        assert stranger.client.get(address).status_code in {302, 303, 401, 403}, other


def test_a_reading_not_validated_is_out_of_the_others_reach(app: Flask, quick: list[Report]) -> None:
    scene = Scene(app)
    scene.judge()
    desk = scene.read("desk")
    ongoing = link(desk)
    desk.check = False
    desk.get(ongoing)
    assert desk.response.data.startswith(b"%PDF")
    fingerprint = ongoing.rpartition("/")[2]
    for who, folder in (("respondent", "/dossier/rapport/"), ("reader", "/lecture/rapport/")):
        walker = scene.read(who)
        for name in (fingerprint, fingerprint.removesuffix(".pdf")):
            walker.get(folder + name)
            assert walker.path == scene.addresses[who]
            assert SECRET not in walker.response.text
    assert len(quick) == 1


def test_a_reader_gets_what_the_report_is_now(app: Flask, quick: list[Report]) -> None:
    """The draft they had a PDF of was sent since: they are led to the report, where the new one is."""
    scene = Scene(app, sent=False)
    reader = scene.read("reader")
    old = link(reader)
    reader.check = False
    reader.get(old)
    assert reader.response.mimetype == "application/pdf"
    scene.set_columns(comments={"stage": "Changé."})
    asked = reader.client.get(old.removesuffix(".pdf"), headers={"Accept": "application/json"})
    assert asked.json == {"state": "ready"}  # the script then reads the page again, and is led on
    for address in (old, old.removesuffix(".pdf")):
        reader.get(address)
        assert reader.path == "/lecture"
    reader.get("/lecture/rapport/" + "0" * 24)
    assert reader.response.status_code == 404


def test_the_same_report_in_two_files_each_keeps_its_pdf(app: Flask, quick: list[Report]) -> None:
    one, two = Scene(app, sent=False), None
    with app.app_context():
        made, token = a_file(GIVEN)
        two = made.id
        db.session.remove()
    twin = Walker(app, check=False)
    hold(twin.client, token)
    mine = one.read("respondent")
    mine.check = False
    address = link(mine)
    mine.get(address)
    twin.get("/dossier/resultat")
    assert link(twin) == address
    twin.get(address)
    with app.app_context():
        remove(db.session.get_one(Submission, one.id))
        assert db.session.scalars(db.select(StoredReport.submission_id)).all() == [two]
    twin.get(address)
    assert twin.response.data.startswith(b"%PDF")
    assert len(quick) == 2


def test_a_kept_report_that_is_validated_later_has_another_pdf(app: Flask, quick: list[Report]) -> None:
    scene = Scene(app)
    walker = scene.read("respondent")
    walker.check = False
    declared = link(walker)
    walker.get(declared)
    scene.judge()
    scene.act("validate")
    validated = link(scene.read("respondent"))
    assert validated != declared
    for address in (declared, validated):
        walker.get(address)
        assert walker.response.data.startswith(b"%PDF")
    assert [one.review is not None for one in quick] == [False, True]
    with app.app_context():
        kept = db.session.scalars(db.select(Revision.fingerprint)).one()
    assert declared.endswith(f"/{kept}.pdf")


def test_the_pdf_a_reader_gets_is_accessible_and_holds_no_key(
    app: Flask, monkeypatch: pytest.MonkeyPatch, check_pdf: CheckPdf, tmp_path: Path
) -> None:
    """It goes from hand to hand: neither its text, nor a link, nor what is attached or hidden opens the file."""
    monkeypatch.setattr("selfassess.web.report.delivery._held", lambda stored: draw_next())
    scene = Scene(app, sent=False)
    reader = scene.read("reader")
    file = tmp_path / "r.pdf"
    file.write_bytes(reader.client.get(link(reader)).data)
    check_pdf(file)
    with pikepdf.open(file) as opened:
        inside = b"".join(
            one.unparse() + (one.read_bytes() if isinstance(one, pikepdf.Stream) else b"") for one in opened.objects
        )
    told = f"{text_of(file)} {inside!r}"
    assert "Val de Brenne" in told
    for key in (scene.token, scene.reader, token_hash(scene.token), token_hash(scene.reader), "/reprendre/", "/lire/"):
        assert key not in told


# ---- In a browser ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.long)])
@pytest.mark.parametrize("state", [pytest.param(DRAFT, marks=pytest.mark.long), VALIDATED])
def test_in_a_browser(app: Flask, serve: Serve, new_page: NewPage, audit: Audit, width: int, state: str) -> None:
    scene = Scene.at(app, state)
    screen = {"viewport": {"width": width, "height": 800}, "base_url": serve(app), "reduced_motion": "reduce"}
    page = new_page(**screen)

    page.goto(f"/lire/{scene.reader}")
    audit(page)
    page.get_by_role("button", name="Préparer le PDF").click()
    audit(page, "Votre PDF attend son tour")
    if state == VALIDATED:
        value = scene.desk.client.get_cookie("boussole")
        page.context.add_cookies([{"name": "boussole", "value": value.value, "url": str(screen["base_url"])}])
        page.goto(scene.addresses["desk"])
        audit(page)
        page.get_by_role("button", name="Préparer le PDF").click()
        audit(page, "Votre PDF attend son tour")
    plain = new_page(**screen, java_script_enabled=False)
    plain.goto(f"/lire/{scene.reader}")
    plain.get_by_role("button", name="Préparer le PDF").click()
    plain.get_by_role("button", name="Vérifier si le PDF est prêt").wait_for()
