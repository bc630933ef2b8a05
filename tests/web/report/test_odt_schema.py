"""Every document to edit is valid against the OpenDocument 1.3 schemas, whatever was typed (faults/06)."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import etree

from selfassess.core.report.report import Report
from selfassess.web.network.picture_documents import MOST_NAMED, as_odt
from selfassess.web.report import document_file
from selfassess.web.settings import ROOT
from tests.definitions import definitions
from tests.web.network.test_picture_documents import portrait
from tests.web.report.test_document_file import NAMES, report

SCHEMAS = ROOT / "tests/vendor/opendocument"
ENTRIES = ("content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml")
CASES = {one["id"]: one for one in json.loads((ROOT / "tests/faults/06_odt_schema.json").read_text("utf-8"))["cases"]}
TYPED = [
    'A < B & "C" \' D\x0bE',
    "]]>\x00\x1f\ufffe\uffff <b>&amp;</b>",
    "🏳️‍🌈 \u202e\u2028 עברית",
    "2_20_1",
]


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    def schema(path: Path) -> Any:
        return etree.RelaxNG(etree.parse(path))

    document = schema(SCHEMAS / "OpenDocument-v1.3-schema.rng")
    return {
        **dict.fromkeys(ENTRIES, document),
        "META-INF/manifest.xml": schema(SCHEMAS / "OpenDocument-v1.3-manifest-schema.rng"),
    }


def faults(content: bytes, schemas: dict[str, Any]) -> list[str]:
    found = []
    with zipfile.ZipFile(BytesIO(content)) as file:
        for name in ENTRIES:
            schema, tree = schemas[name], etree.fromstring(file.read(name))
            if not schema.validate(tree):
                found += [f"{name}: {one.message}" for one in schema.error_log]
    return found


def typed(text: str) -> Report:
    """A file where a territory and an action are called so."""
    made = report("petr_four_actions")
    raw = made.model_dump_json().replace(json.dumps(made.territory, ensure_ascii=False), json.dumps(text))
    assert raw != made.model_dump_json()
    return Report.model_validate_json(raw.encode("utf-8", "replace"))


def test_06_the_cases_are_those_of_the_fault() -> None:
    assert set(CASES) == {"6a", "6c"}
    assert all(name in CASES["6a"]["do"] for name in ENTRIES)
    assert "U+000B" in CASES["6c"]["do"]


@pytest.mark.parametrize("name", NAMES)
def test_6a_any_document_is_valid(drawing_app: Flask, schemas: dict[str, Any], name: str) -> None:
    with drawing_app.app_context():
        assert faults(document_file.render(report(name), definitions()), schemas) == []


@pytest.mark.parametrize("text", TYPED)
def test_6c_whatever_the_name(drawing_app: Flask, schemas: dict[str, Any], text: str) -> None:
    with drawing_app.app_context():
        content = document_file.render(typed(text), definitions())
    assert faults(content, schemas) == []


@pytest.mark.parametrize(("count", "to_give"), [(MOST_NAMED, False), (MOST_NAMED + 1, False), (MOST_NAMED, True)])
def test_the_document_of_a_network_is_valid(
    drawing_app: Flask, schemas: dict[str, Any], count: int, to_give: bool
) -> None:
    with drawing_app.app_context():
        content = as_odt(portrait(count, to_give=to_give))
    assert faults(content, schemas) == []
    with zipfile.ZipFile(BytesIO(content)) as file:
        told = etree.fromstring(file.read("content.xml"))
    headings = told.findall(".//{*}h")
    levels = [one.get(f"{{{one.nsmap['text']}}}outline-level") for one in headings]
    assert (levels[0], set(levels[1:])) == ("1", {"2", "3"})
    tables = told.findall(".//{*}table")
    assert len(tables) == levels.count("3")
    assert ("Quelque-Part" in etree.tostring(told, encoding="unicode")) == (count <= MOST_NAMED and not to_give)
