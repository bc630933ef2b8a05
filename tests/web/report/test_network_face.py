"""The network in a report: drawn on page one where there is room, kept with the report whatever becomes of it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from selfassess.store import networks, reports
from selfassess.store.database import db, writing
from selfassess.store.models import Logo, Network, StoredReport, Submission
from selfassess.web.commands.worker import draw_next
from selfassess.web.french import now
from selfassess.web.report import pdf
from selfassess.web.report.submission_record import declared_report
from tests.core.report import files
from tests.desk import a_file, a_network, a_sent_file
from tests.fixtures.pdf import CheckPdf, text_of
from tests.fixtures.stores import BOTH
from tests.web.profiles import INTERCOMMUNAL
from tests.web.report import sound
from tests.web.report.test_reviewed import report_of

NAME, CONTACT = "Réseau Val fictif", "Animation, animation@val.example, 01 02 03 04 05"


def logo(shade: str) -> bytes:
    made = BytesIO()
    Image.new("RGBA", (300, 100), shade).save(made, "PNG")
    return made.getvalue()


FACE = pdf.NetworkFace(NAME, CONTACT, logo("green"))


def drawn(file: Submission) -> StoredReport:
    """Its report, asked for and drawn."""
    report = declared_report(file)
    reports.ask(report.fingerprint, report.model_dump_json(), file.id, pdf.template_version(), now())
    assert draw_next()
    found = reports.find_whole(report.fingerprint, file.id)
    assert found is not None
    assert found.pdf is not None
    return found


def pictures(content: bytes) -> int:
    """Of all its pages: they share them."""
    with pikepdf.open(BytesIO(content)) as made:
        return len(made.pages[0].get_images())


@pytest.mark.stores(*BOTH)
def test_a_report_names_the_logo_it_was_drawn_with_and_keeps_it(
    app: Flask, tmp_path: Path, check_pdf: CheckPdf
) -> None:
    with app.app_context():
        network = a_network(NAME)
        networks.change_face(network, NAME, CONTACT, "Bienvenue")
        networks.change_logo(network, logo("green"))
        sent, _ = a_sent_file(network, INTERCOMMUNAL)
        first = drawn(sent)
        with_logo, digest, content = (first.network, first.contact), network.logo, first.pdf or b""
        assert (with_logo, first.logo) == ((NAME, CONTACT), digest)
        check_pdf(content)
        path = tmp_path / "report.pdf"
        path.write_bytes(content)
        assert f"{NAME} Contact : {CONTACT}" in text_of(path)
        assert pictures(content) == 1

        networks.change_logo(network, logo("red"))
        reports.again(first, "other templates", now())
        assert drawn(sent).pdf == content, "with the logo that it names"
        assert set(db.session.scalars(select(Logo.digest))) == {digest, network.logo}
        with writing() as session:
            session.delete(session.get_one(StoredReport, (first.fingerprint, sent.id)))
        networks.change_logo(network, None)
        assert list(db.session.scalars(select(Logo.digest))) == [], "nothing has them any more"


@pytest.mark.stores(*BOTH)
def test_of_no_network_and_of_one_that_says_nothing(app: Flask) -> None:
    with app.app_context():
        network = a_network(NAME)
        plain, _ = a_sent_file(network, INTERCOMMUNAL)
        assert pictures(drawn(plain).pdf or b"") == 0
        draft, _ = a_file(INTERCOMMUNAL)
        stored = reports.ask("0" * 64, "{}", draft.id, "v", now())
        assert (stored.network, stored.contact, stored.logo) == ("", "", None)
        assert db.session.scalars(select(Network.logo)).all() == [None]


@pytest.mark.parametrize("name", ["longest", "two_services", "reviewed"])
def test_it_is_on_page_one_and_nothing_is_lost(
    name: str, drawing_app: Flask, tmp_path: Path, check_pdf: CheckPdf
) -> None:
    with drawing_app.app_context():
        report = report_of("early", "confirmed") if name == "reviewed" else files.report(name)
        html, laid = pdf.laid_out(report, FACE)
        content = pdf.write(report, laid)
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    check_pdf(path)
    assert NAME in "".join(sound.pages(path)[0])
    assert sound.faults(html, path, sound.MOST_PAGES + 3, sound.MOST_ANNEXES + 3) == []


def test_without_room_it_is_on_the_page_after(drawing_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    with drawing_app.app_context():
        crowded = pdf.NetworkFace(NAME, "Animation, 01 02 03 04 05. " * 75, FACE.logo)
        path.write_bytes(pdf.render(files.report("longest"), crowded))
    first, second = ("".join(lines) for lines in sound.pages(path)[:2])
    assert NAME not in first
    assert NAME in second
