"""The documents to edit: a true ODT, the words of page one, facts filled in, blanks marked and counted, for whom."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from lxml import etree
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.core.explanation.sentence import lowered
from selfassess.core.report.network_reading import as_trial
from selfassess.core.report.report import Report, Slot
from selfassess.core.report.reviewed_page import leading
from selfassess.store.database import db, writing
from selfassess.store.models import Submission
from selfassess.web.report import document_file
from selfassess.web.report.presentation import context
from selfassess.web.report.wording import in_french, mark
from tests.core.report import files
from tests.core.report.reviewed import reviewed
from tests.definitions import definitions
from tests.pages import FAULTS_OF_TEXT
from tests.visitor import short
from tests.web.report.conftest import enter, hold
from tests.web.report.test_visibility import Scene
from tests.web.walker import Walker

NAMES = ("nothing", "unknown", "longest", "petr_four_actions", "early", "full", "metropole", "reviewed", "trial")
SPACES = {
    one: f"urn:oasis:names:tc:opendocument:xmlns:{one}:1.0" for one in ("text", "table", "style", "office", "meta")
} | {
    "dc": "http://purl.org/dc/elements/1.1/",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
}
BLANK = re.compile(r"\[à compléter\u00a0: [^\[\]]+\]")
Render = Callable[[str], bytes]


@cache
def report(name: str) -> Report:
    if name == "reviewed":
        return reviewed("petr_four_actions")
    return as_trial(files.report("project")) if name == "trial" else files.report(name)


@pytest.fixture(scope="module")
def render(drawing_app: Flask) -> Render:
    """`render(name)`: the file of an example, made once."""
    kept: dict[str, bytes] = {}

    def make(name: str) -> bytes:
        if name not in kept:
            with drawing_app.app_context():
                kept[name] = document_file.render(report(name), definitions())
        return kept[name]

    return make


def q(name: str) -> str:
    space, _, local = name.partition(":")
    return f"{{{SPACES[space]}}}{local}"


def read(content: bytes, name: str = "content.xml") -> Any:
    return etree.fromstring(zipfile.ZipFile(BytesIO(content)).read(name))


def text(node: Any) -> str:
    return "".join(node.itertext())


def parts(content: bytes) -> list[list[Any]]:
    """Page one, the note, the act and its session where one votes; the help above the first heading is left out."""
    found: list[list[Any]] = []
    for node in read(content).find(".//" + q("office:text")):
        if node.get(q("text:outline-level")) == "1":
            found.append([])
        if found:
            found[-1].append(node)
    return found


def paragraphs(nodes: list[Any]) -> list[str]:
    return [text(one) for node in nodes for one in node.iter(q("text:p"), q("text:h"))]


def blanks(nodes: list[Any]) -> list[str]:
    styled = [one for node in nodes for one in node.iter(q("text:span")) if one.get(q("text:style-name")) == "Blank"]
    return [text(one) for one in styled]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_an_accessible_text_document(name: str, render: Render) -> None:
    content = render(name)
    assert content[30:38] == b"mimetype"
    assert (
        content[38 : 38 + len(document_file.MIMETYPE)] == document_file.MIMETYPE.encode()
    )  # stored, so readable as it is
    file = zipfile.ZipFile(BytesIO(content))
    assert file.testzip() is None
    listed = {one.get(q("manifest:full-path")) for one in read(content, "META-INF/manifest.xml")}
    assert listed == {"/", *file.namelist()} - {"mimetype", "META-INF/manifest.xml"}
    meta, styles, body = read(content, "meta.xml"), read(content, "styles.xml"), read(content)
    assert text(meta.find(".//" + q("dc:language"))) == "fr-FR"
    assert re.search(r"^Documents à modifier – \S", text(meta.find(".//" + q("dc:title"))))
    assert {one.get(q("fo:language")) for one in styles.iter(q("style:text-properties"))} - {None} == {"fr"}
    running, foot = (text(styles.find(".//" + q(f"style:{one}"))) for one in ("header", "footer"))
    assert in_french(report(name)).territory.startswith(running.removesuffix("…"))
    assert mark(in_french(report(name)))[1:] in foot
    assert report(name).fingerprint not in foot
    assert styles.find(".//" + q("text:page-number")) is not None
    levels = [int(one.get(q("text:outline-level"))) for one in body.iter(q("text:h"))]
    acts = 2 if any(one.startswith("Projet de ") for one in paragraphs(parts(content)[-2][:1])) else 0
    assert levels.count(1) == 2 + acts
    assert set(levels) == {1, 2}
    assert levels[0] == 1
    breaks = {one.getparent().get(q("style:name")) for one in body.iter(q("style:paragraph-properties"))}
    breaks |= {one.get(q("style:name")) for one in body.iter(q("style:style")) if one.get(q("style:master-page-name"))}
    firsts = [
        one.get(q("text:style-name")) for one in body.iter(q("text:h")) if one.get(q("text:outline-level")) == "1"
    ]
    assert [one in breaks for one in firsts] == [False, True, *[True] * acts]
    for table in body.iter(q("table:table")):
        head = table.find(q("table:table-header-rows"))
        rows = table.findall(".//" + q("table:table-row"))
        assert head is not None
        assert {len(row.findall(q("table:table-cell"))) for row in rows} == {
            len(table.findall(q("table:table-column")))
        }
        assert all(text(cell).strip() for cell in table.iter(q("table:table-cell")))
    tables = [one.get(q("table:name")) for one in body.iter(q("table:table"))]
    assert len(set(tables)) == len(tables)


@pytest.mark.parametrize("name", NAMES)
def test_every_style_named_is_there(name: str, render: Render) -> None:
    body, styles = read(render(name)), read(render(name), "styles.xml")
    made = {one.get(q("style:name")) for tree in (body, styles) for one in tree.iter()}
    used = {value for tree in (body, styles) for one in tree.iter() for key, value in one.attrib.items()
            if key in {q("text:style-name"), q("table:style-name"), q("style:parent-style-name"),
                       q("style:next-style-name")}}  # fmt: skip
    assert used <= made


def shown(name: str) -> Report:
    """As it is read: a network's reading leads."""
    return in_french(leading(report(name)))


def said_of(slot: Slot, reviewed: bool) -> list[str]:
    against = f"Point faible\u00a0: {lowered(slot.against)}" if slot.against else ""
    told = [fact[0].upper() + fact[1:] for fact in (slot.state, slot.asking) if fact]
    why = ["" if reviewed else slot.gist, slot.text, against, *slot.rules]
    elsewhere = f"Ailleurs\u00a0: {slot.example.text}" if slot.example and not reviewed else ""
    call = f"À appeler\u00a0: {slot.call.name}" if slot.call else ""
    return [slot.place, slot.title, *told, *why, call, elsewhere]


@pytest.mark.parametrize("name", NAMES)
def test_page_one_has_the_words_of_the_report(name: str, render: Render) -> None:
    said = shown(name)
    one, head, review = said.page_one, said.page_one.headline, said.review
    taken = [slot for slot in one.slots if slot.device]
    wanted = [said.territory, one.lead]
    place = said.territory_text.removeprefix(said.territory).lstrip(", ")
    wanted += [place[:1].upper() + place[1:]]
    wanted += [] if review else [one.acting, mark(said)]
    wanted += [head.title, "" if review and review.page else head.also, head.sentence]
    wanted += [] if review else [", ".join((f"Étude de 2019\u00a0: {head.term}", *head.secondary))]
    wanted += [head.confidence_text]
    subject = "" if review is None or review.confirmed else "il "
    wanted += [
        head.provisional or "",
        head.note or "",
        f"{mark(said)}\u00a0: {subject}{review.sentence}." if review else "",
    ]
    if one.silence:
        wanted += [one.silence.text, *one.silence.missing, one.silence.message, one.silence.living or ""]
    else:
        wanted += [one.nothing] if one.nothing_first and taken else []
        wanted += [
            f"Pour chacune\u00a0: {lowered(one.common)}" if one.common else "",
            *(words for slot in taken for words in said_of(slot, bool(review))),
        ]
        wanted += [] if taken else [one.slots[0].text]
        wanted += [*one.unsaid, "" if one.nothing_first or review else one.nothing]
        wanted += [one.estimate, one.paying, "" if review else one.leaving] if taken else []
    if not any(slot.call for slot in taken):
        wanted += [one.ask or "", *((one.call.name, one.call.page or "") if one.call else ())]
    wanted += [one.decision]
    page = parts(render(name))[0]
    left = "\n".join(paragraphs(page))
    rows = [row for node in page for row in node.iter(q("table:table-row"))]
    assert len(rows[1:]) == len(taken)  # no row for a place that nothing takes
    for words in filter(None, wanted):  # in that order
        assert words in left, words
        left = left.split(words, 1)[1]


@pytest.mark.parametrize("name", [*NAMES, "founder", "open"])
def test_page_one_has_the_headings_of_the_page(name: str, render: Render, drawing_app: Flask) -> None:
    with drawing_app.test_request_context():
        told = {**context(report(name)), "density": ""}
        page = HTMLParser(drawing_app.jinja_env.get_template("report/body.html").render(**told))
    headings = [text(one) for one in parts(render(name))[0] if one.get(q("text:outline-level")) == "2"]
    assert headings == [one.text() for one in page.css(".rp-page-one h2")]


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_filled_in_and_blanks_are_marked_and_counted(name: str, render: Render) -> None:
    content, said = render(name), shown(name)
    page_one, note, *acts = parts(content)
    counts = [len(blanks(one)) for one in (page_one, note, *acts)]
    assert counts[0] == 0
    assert counts[1] > 2
    top = paragraphs(list(read(content).find(".//" + q("office:text"))))[0]
    assert re.findall(r"\d+", top) == [str(sum(counts))]
    for part, count in zip((note, *acts[:1]), counts[1:3], strict=False):
        assert f"entre crochets\u00a0: {count}." in paragraphs(part)[1]
    for part in (note, *acts):
        assert sorted(blanks(part)) == sorted(BLANK.findall("\n".join(paragraphs(part))))  # none is left unmarked
    told = paragraphs(note)
    answers = {row.key: row.answer for group in said.answers for row in group.rows}
    line = next(one for one in told if "Étape du PAT\u00a0: " in one)
    known = answers["stage"] not in definitions().documents.silent
    assert f"Étape du PAT\u00a0: {lowered(answers['stage'])}" in line if known else BLANK.search(line)
    assert said.page_one.decision in told
    assert said.fingerprint in told[-1]
    assert said.page_one.headline.title in " ".join(told) or said.review
    review = said.review
    assert any(review.sentence in one for one in told) if review else "relecture" not in " ".join(told)
    assert not any("relecture" in one or said.fingerprint in one for part in acts for one in paragraphs(part))


@pytest.mark.parametrize("name", NAMES)
def test_no_fault_of_typography_and_no_field_left(name: str, render: Render) -> None:
    styles = read(render(name), "styles.xml")
    told = [*paragraphs([read(render(name))]), text(styles), text(read(render(name), "meta.xml"))]
    for one in filter(None, (line.strip() for block in told for line in block.splitlines())):
        assert [fault for pattern, fault in FAULTS_OF_TEXT if pattern.search(one)] == [], one
        assert '"' not in one


def test_a_device_in_place_asks_what_becomes_of_it(render: Render) -> None:
    alive = "\n".join(paragraphs(parts(render("showcase"))[2]))
    assert "la suite suivante\u00a0: [à compléter" in alive


ASSEMBLIES = {"metropole": "Le conseil de la métropole", "petr_four_actions": ""}


@pytest.mark.parametrize(("name", "assembly"), ASSEMBLIES.items(), ids=list(ASSEMBLIES))
def test_the_assembly_is_named_when_it_is_sure(name: str, assembly: str, render: Render) -> None:
    told = paragraphs(parts(render(name))[2])
    line = next(one for one in told if one.endswith(",")).removesuffix(",")
    assert line == assembly or (not assembly and BLANK.fullmatch(line))


def test_what_is_typed_is_no_blank_and_breaks_nothing(drawing_app: Flask) -> None:
    name = "Pays <b>&amp; [à compléter : x] {stage}\x0bdes\uffff Sources"
    given = {**files.FILES["early"], "territory": {"name": name, "type": "petr"}}
    with drawing_app.app_context():
        content = document_file.render(files.report_of(given), definitions())
    page_one, *others = parts(content)
    assert text(page_one[0]) == "Pays <b>&amp; [à compléter\u00a0: x] {stage} des Sources"
    assert not any("x]" in one for part in (page_one, *others) for one in blanks(part))


def test_same_report_same_bytes_and_the_weight_the_page_says(render: Render, drawing_app: Flask) -> None:
    with drawing_app.app_context():
        assert document_file.render(report("longest"), definitions()) == render("longest")
        stored = Report.model_validate_json(report("longest").model_dump_json())
        assert document_file.render(stored, definitions()) == render("longest")
    assert {round(len(render(name)) / 1024) for name in NAMES} <= {5, 6, 7, 8}  # « environ 7 Ko »


# ---- For whom ----------------------------------------------------------------------------------------------------


def link(walker: Walker) -> str:
    (found,) = {one.attributes["href"] for one in walker.page.css("a[href$='.odt']")}
    assert "ODT, environ 7\u00a0Ko" in walker.page.css_first("a[href$='.odt']").text()
    return str(found)


@pytest.mark.parametrize("who", ["respondent", "reader", "desk"])
def test_each_visitor_downloads_what_they_read(who: str, app: Flask) -> None:
    scene = Scene(app)
    scene.judge()
    walker = scene.read(who)
    address = link(walker)
    answer = walker.client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, document_file.MIMETYPE)
    assert answer.headers["Cache-Control"] == "no-store"
    name = unquote(answer.headers["Content-Disposition"])
    assert "Documents à modifier - " in name
    assert name.endswith(".odt")
    told = " ".join(paragraphs([read(answer.data)]))
    assert ("Relecture en cours, non partagée" in told) == (who == "desk")
    other = {"respondent": "reader", "reader": "desk", "desk": "respondent"}[who]
    print_of_other = link(scene.read(other)).rsplit("/", 1)[1]
    refused = walker.client.get(f"{address.rsplit('/', 1)[0]}/{print_of_other}")
    shared = "desk" not in {who, other}
    assert refused.status_code == (200 if shared else 404)
    assert walker.client.get(f"{address.rsplit('/', 1)[0]}/{'0' * 24}.odt").status_code == 404
    assert Walker(app).client.get(address).status_code in {302, 303, 403, 404}


def test_an_earlier_report_leads_back_to_the_page(app: Flask, no_worker_needed: list[str], monkeypatch: Any) -> None:
    monkeypatch.setattr("selfassess.web.report.pdf.render", lambda *_: b"%PDF-1.7 fictional")
    hold(app, "one", files.FILES["early"])
    walker = Walker(app)
    enter(walker.client, "one")
    walker.get("/dossier/resultat")
    address = link(walker)
    walker.client.get(address.replace(".odt", ".pdf"))  # asked for, so kept
    with app.app_context(), writing() as session:
        session.execute(db.update(Submission).values(answers={}))
    answer = walker.client.get(address)
    assert (answer.status_code, short(answer.headers["Location"])) == (303, "/dossier/resultat")
