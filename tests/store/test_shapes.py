"""Reports stored by every version are read, shown and drawn; what a shape does not have stays absent."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from selfassess.core.report.report import SHAPE, Report
from selfassess.core.report.shapes import FIRST, UPGRADES, read_report
from selfassess.web.report import document_file
from selfassess.web.report.document_file import documented
from selfassess.web.report.presentation import context
from tests.core.report.reviewed import reviewed
from tests.definitions import definitions
from tests.store.keep_shape import KEPT, made

SHAPES = range(FIRST, SHAPE + 1)


def kept(shape: int) -> str:
    return (KEPT / f"shape_{shape}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_is_read_as_it_was_said(shape: int) -> None:
    stored, report = json.loads(kept(shape)), read_report(kept(shape))
    again = json.loads(report.model_dump_json())
    assert report.shape == SHAPE
    known = set(leaves(again))
    lost = [one for one in leaves(stored) if one not in known and one[0] != ("shape",)]
    assert not lost, "what was stored is still there, word for word"
    assert (report.documents is None) == (shape < 2)


def leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*place, name))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from leaves(one, (*place, str(at)))
    else:
        yield place, value


def test_a_change_of_the_report_is_a_new_shape() -> None:
    """A part added, renamed or taken away: SHAPE + 1, a function in UPGRADES, and `tests.store.keep_shape`."""
    assert set(UPGRADES) == set(range(FIRST, SHAPE))
    stored = kept(SHAPE)
    assert read_report(stored).model_dump_json() == stored
    assert names(json.loads(made())) == names(json.loads(stored))


def names(value: Any) -> Any:
    """What a report is made of, whatever it says: names of parts, and what is in each."""
    if isinstance(value, dict):
        return {name: names(one) for name, one in value.items() if name not in {"answers", "files", "comments"}}
    if isinstance(value, list):
        found: dict[str, Any] = {}
        for one in map(names, value):
            found.update(one if isinstance(one, dict) else {})
        return found
    return None


@pytest.mark.parametrize("shape", SHAPES)
def test_unknown_names_are_passed_over(shape: int) -> None:
    """Wherever they are: written by a later version, then read by this one again."""

    def salted(value: Any, place: tuple[str, ...] = ()) -> Any:
        if isinstance(value, dict):
            held = {name: salted(one, (*place, name)) for name, one in value.items()}
            free = place[:1] == ("families",) or (place[:1] == ("origin",) and len(place) > 1)
            return held if free else {**held, "of_tomorrow": {"x": [1]}}
        return [salted(one, (*place, "*")) for one in value] if isinstance(value, list) else value

    stored = salted({**json.loads(kept(shape)), "shape": shape})
    assert read_report(json.dumps(stored)) == read_report(kept(shape))
    later = salted({**json.loads(kept(shape)), "shape": SHAPE + 5})
    assert read_report(json.dumps(later)).fingerprint == read_report(kept(shape)).fingerprint


@pytest.mark.parametrize("shape", SHAPES)
def test_pages_leave_out_what_a_shape_does_not_have(shape: int, app: Flask) -> None:
    report = read_report(kept(shape))
    with app.test_request_context():
        told = {**context(report), "density": ""}
        page = app.jinja_env.get_template("report/body.html").render(**told)
        assert report.page_one.headline.title in page
        assert told["documents"] == (shape > 1)


def test_documents_kept_say_the_same_whatever_becomes_of_the_definitions(app: Flask) -> None:
    stored = Report.model_validate_json(kept(SHAPE))
    known = definitions()
    other = known.documents.model_copy(update={"title": "Autre titre", "note": known.documents.acts[0]})
    changed = known.__class__(**{**vars(known), "documents": other})
    with app.app_context():
        beside = documented(reviewed("petr_four_actions", "confirmed"), known)
        for report in (stored.model_copy(update={"review": None}), beside):
            before, after = document_file.render(report, known), document_file.render(report, changed)
            assert before == after
            bare = report.model_copy(update={"documents": None})
            assert words(before) == words(document_file.render(bare, known))
            assert words(before) != words(document_file.render(bare, changed))


def test_documents_of_a_network_reading_that_leads_are_those_of_its_validation(app: Flask) -> None:
    """Kept with the review; of one kept without them, the texts of the day word them, and they say so."""
    stored = Report.model_validate_json(kept(SHAPE))
    known = definitions()
    other = known.documents.model_copy(update={"title": "Autre titre"})
    changed = known.__class__(**{**vars(known), "documents": other})
    assert stored.review is not None
    assert stored.review.page is not None
    page = stored.review.page.model_copy(update={"documents": None})
    bare = stored.model_copy(update={"review": stored.review.model_copy(update={"page": page})})
    with app.app_context():
        before, after = document_file.render(stored, known), document_file.render(stored, changed)
        late = document_file.render(bare, changed)
    content, meta = (zipfile.ZipFile(BytesIO(before)).read(one).decode() for one in ("content.xml", "meta.xml"))
    assert before == after
    assert page.page_one.decision in content
    assert stored.review.day in meta
    assert stored.day not in meta
    assert known.documents.reworded not in content
    reworded = zipfile.ZipFile(BytesIO(late)).read("content.xml").decode()
    assert known.documents.reworded in reworded
    assert page.page_one.decision in reworded


def words(content: bytes) -> list[bytes]:
    file = zipfile.ZipFile(BytesIO(content))
    return [file.read(one) for one in file.namelist()]
