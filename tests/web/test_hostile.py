"""What no browser sends: always a page that says what to do, never a 500."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from selfassess.web.access import ACCESS
from selfassess.web.log_lines import TextLine
from tests.web.test_log_lines import written
from tests.web.walker import Walker

STAGE, PLACE = "/dossier/pat/stage", "/dossier/territory/place"


@pytest.fixture
def inside(walker: Walker) -> Walker:
    walker.start()
    walker.get(STAGE)
    return walker


def send(walker: Walker, changes: dict[str, Any], url: str = STAGE) -> int:
    walker.get(url)
    form = walker.form()
    for name, value in changes.items():
        form.values.setlist(name, value if isinstance(value, list) else [value])
    walker.send(form)
    return walker.response.status_code


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": "nonsense"},
        {"stage": ["s1", "s2"]},
        {"stage": "\x00"},
        {"stage": "s1", "stage-comment": "a\x00b" * 600},
        {"nonsense": "1"},
        {"stage": "s1", "seen-nonsense": "1"},
        {"stage": "s1", "keep-stage": "stored", "__proto__": "x"},
        {"stage": "é" * 5000},
    ],
)
def test_strange_forms(inside: Walker, changes: dict[str, Any]) -> None:
    assert 400 <= send(inside, changes) < 500


@pytest.mark.parametrize(
    "changes",
    [
        {"territory": "C00000"},
        {"territory": ["C06084", "C38185"]},
        {"territory": "free"},
        {"territory": "free", "territory-free-name": "X", "territory-free-type": "nonsense"},
        {"territory": "free", "territory-free-name": "\x00\x01", "territory-free-type": "petr"},
        {"territory": "free", "territory-free-name": "X", "territory-free-type": "petr",
         "territory-free-departement": "99", "territory-free-population": "from_50k"},
        {"territory": "\ud800"},
        {"territory-query": "\x00" * 400},
    ],
)  # fmt: skip
def test_strange_territories(inside: Walker, changes: dict[str, Any]) -> None:
    if "\ud800" in changes.get("territory", ""):
        changes = {"territory": "\ufffd"}  # what a server makes of it
    assert send(inside, changes, "/dossier/territory/territory") == 422


@pytest.mark.parametrize(
    "changes",
    [
        {"objectives": ["funders", "funders"]},
        {"objectives": ["funders", "unknown"]},
        {"objectives": ["funders", "deepen", "compare", "train"]},
        {"objectives": ["nonsense"]},
    ],
)
def test_strange_rankings(inside: Walker, changes: dict[str, Any]) -> None:
    assert send(inside, changes, "/dossier/objectives/objectives") == 422


@pytest.mark.parametrize(
    "path",
    [
        "/dossier/nonsense/stage",
        "/dossier/pat/nonsense",
        "/dossier/pat/stage/extra/more",
        "/dossier/%00/%00",
        "/dossier/pat/ajouter",
        "/dossier/..%2f..%2fetc/passwd",
        "/reprendre/%00",
        "/reprendre/" + "a" * 3000,
        "/dossier/actions/%F0%9F%90%9F/what",
    ],
)
def test_strange_addresses(inside: Walker, path: str) -> None:
    inside.get(path)
    assert 400 <= inside.response.status_code < 500


@pytest.mark.parametrize("path", ["/", "/methode", "/dossier/verifier", "/territoires", STAGE, "/static/app.css"])
@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_wrong_methods(inside: Walker, method: str, path: str) -> None:
    response = getattr(inside.client, method)(path)
    assert response.status_code in {400, 405}


def test_a_huge_body(inside: Walker) -> None:
    inside.post(STAGE, MultiDict({"stage-comment": "a" * 1_000_000}))
    assert inside.response.status_code == 413
    assert "trop long" in inside.heading


def test_a_thousand_fields(inside: Walker) -> None:
    values = MultiDict([(f"f{at}", "x") for at in range(5000)])
    inside.post(STAGE, values)
    assert 400 <= inside.response.status_code < 500


def test_json_and_files_instead_of_a_form(inside: Walker) -> None:
    for options in ({"json": {"stage": "s1"}}, {"data": b"\xff\xfe", "content_type": "text/plain"}):
        assert 400 <= inside.client.post(STAGE, **options).status_code < 500


def test_a_form_without_its_token_is_given_back(inside: Walker) -> None:
    form = inside.answer({"stage": "s3"})
    form.values["csrf_token"] = "wrong"
    inside.post(STAGE, form.values, headers={"Sec-Fetch-Site": "same-origin"})
    assert inside.response.status_code == 400
    again = inside.form("form")
    assert again.values["stage"] == "s3"
    inside.send(again, None)
    assert inside.response.status_code == 200
    inside.get(STAGE)
    assert inside.form().values["stage"] == "s3"


def test_a_form_of_another_site_is_refused(inside: Walker) -> None:
    form = inside.answer({"stage": "s3"})
    form.values["csrf_token"] = "wrong"
    inside.post(STAGE, form.values, headers={"Sec-Fetch-Site": "cross-site"})
    assert inside.response.status_code == 400
    assert inside.page.css_first("form") is None


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=" + "%C3%A9" * 500, "q=%27%22%3Cscript%3E", "q=l%27%C3%AEle&q=2"]
)
def test_search_never_fails(inside: Walker, query: str) -> None:
    response = inside.client.get(f"/territoires?{query}")
    assert response.status_code == 200
    assert isinstance(response.json, list)


def test_what_is_typed_is_never_markup(app: Flask, inside: Walker) -> None:
    inside.send(inside.answer({"stage": "s3"}, {"stage": "<script>alert(1)</script> & “é”"}))
    inside.get("/dossier/verifier")
    assert "<script>alert" not in inside.response.text
    assert "&lt;script&gt;alert" in inside.response.text


def test_a_fault_of_ours_has_a_number_and_tells_no_answer(
    app: Flask, inside: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    from selfassess.web.respond import questions

    def fail(*args: object) -> None:
        raise RuntimeError("sec" + "ret")

    monkeypatch.setattr(questions, "merge", fail)
    with written(TextLine()) as log:
        inside.send(inside.answer({"stage": "s3"}))
    assert inside.response.status_code == 500
    reference = inside.page.css("main strong")[-1].text()
    assert reference in log.getvalue()
    assert "secret" not in log.getvalue()
    assert "fail" in log.getvalue()


def test_every_address_is_in_the_access_table(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == {one for one in ACCESS if one in endpoints or not one.startswith("report.")}


@pytest.mark.parametrize("path", ["/dossier", STAGE, "/dossier/verifier", "/dossier/quitter", "/dossier/supprimer"])
def test_without_a_file_each_page_says_how_to_open_one(walker: Walker, path: str) -> None:
    walker.get(path)
    assert walker.response.status_code == 403
    assert "lien privé" in walker.text


def test_a_reference_opens_nothing(walker: Walker) -> None:
    walker.start()
    reference = walker.page.css_first(".app-reference").text()
    other = Walker(walker.app)
    other.get(f"/reprendre/{reference}")
    assert other.response.status_code == 404


def test_headers(inside: Walker) -> None:
    headers = inside.response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    cookie = inside.client.get_cookie("boussole")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_static_files_are_kept_by_browsers_under_their_digest(inside: Walker) -> None:
    sheet = str(inside.page.css_first("link[rel=stylesheet]").attributes["href"])
    assert "?v=" in sheet
    with inside.client.get(sheet) as response:
        assert "immutable" in response.headers["Cache-Control"]
    with inside.client.get("/static/app.css") as response:
        assert "immutable" not in response.headers["Cache-Control"]
