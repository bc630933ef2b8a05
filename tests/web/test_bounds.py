"""20,000 values in every field of every form, and in every address: an answer at once, and never a fault of ours.

The forms are those that a crawl of the site finds, as a visitor, as who fills in a file and as a network.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from selfassess.store.database import db, writing
from selfassess.store.journal import MOST
from selfassess.store.models import Event, Link, PageDraft
from selfassess.web.forms.page_form import page_form
from selfassess.web.french import now
from selfassess.web.respond.questions import LONGEST_DRAFT
from tests.apart import visitor
from tests.definitions import edition
from tests.desk import a_facilitator, a_file, a_network, a_sent_file, hold, log_in
from tests.web.profiles import GROUP, INTERCOMMUNAL
from tests.web.walker import Form, Walker

MANY = 20_000
AT_ONCE = 6  # seconds of this process, on a busy machine; what is quadratic takes more than ten
READ_BY_NO_FIELD: Any = None  # the directory: no territory among them
TERRITORY = {"territory": {"code": "E200040715", "name": "Grenoble-Alpes-Métropole", "type": "metropole"}}


def endpoint_of(app: Flask, url: str, method: str = "GET") -> str:
    try:
        return str(app.url_map.bind("").match(urlsplit(url).path, method)[0])
    except HTTPException:
        return ""


def pages(walker: Walker, start: str) -> Iterator[tuple[str, HTMLParser]]:
    """Every page that links lead to from there, once, whatever the values in its address."""
    seen, line = set[tuple[str, ...]](), [start]
    while line:
        url = line.pop(0)
        told = (urlsplit(url).path, *sorted(dict(parse_qsl(urlsplit(url).query))))
        if told in seen or endpoint_of(walker.app, url) in {"", "static"}:
            continue
        seen.add(told)
        response = walker.client.get(url, follow_redirects=True, buffered=True)
        if response.mimetype != "text/html":
            continue
        page = HTMLParser(response.text)
        yield response.request.path, page
        line += [str(one.attributes["href"]) for one in page.css("a[href^='/']")]
        line += page_of_a_new_item(walker, page, url)


def page_of_a_new_item(walker: Walker, page: HTMLParser, url: str) -> list[str]:
    """No link leads there, the form of the list of items does."""
    for node in page.css("form"):
        form = Form.read(node, url)
        if "add" in form.offered.get(GROUP, []):
            form.fill(GROUP, "add")
            return [str(walker.client.post(form.action, data=form.values).location)]
    return []


def forms(walker: Walker, start: str) -> dict[tuple[str, tuple[str, ...]], tuple[Form, str]]:
    """The forms of those pages and their methods; two with one address and the same fields are one."""
    found = {}
    for url, page in pages(walker, start):
        for node in page.css("form"):
            form = Form.read(node, url)
            names = tuple(name for name in form.kinds if name != "csrf_token")
            found.setdefault((form.action, names), (form, str(node.attributes.get("method", "get"))))
    return found


def flooded(form: Form, name: str) -> str:
    """The form as a browser sends it, with 20,000 values in one field: those it offers, or any."""
    others = [(key, value) for key, value in form.values.items(multi=True) if key != name]
    offered = [one for one in form.offered.get(name, []) if one] or ["1"]
    values = [urlencode([(name, value)]) for value in offered]
    return "&".join([urlencode(others), *islice(cycle(values), MANY)])


def answer(walker: Walker, form: Form, method: str, name: str) -> Any:
    told = flooded(form, name)
    if method == "get":
        return walker.client.get(form.action.partition("?")[0], query_string=told)
    return walker.client.post(form.action, data=told, content_type="application/x-www-form-urlencoded")


def flood(walker: Walker, start: str) -> set[str]:
    """Sends them all; gives the endpoints tried."""
    tried = set()
    for form, method in forms(walker, start).values():
        tried.add(endpoint_of(walker.app, form.action, method.upper()))
        for name in form.kinds:
            began = time.process_time()
            response = answer(walker, form, method, name)
            took = time.process_time() - began
            assert took < AT_ONCE, f"{took:.1f} s for {name} of {form.action}"
            assert 400 <= response.status_code < 500, f"{response.status_code} for {name} of {form.action}"
    return tried


def test_twenty_thousand_values_in_every_field(app: Flask) -> None:
    anybody, respondent, desk = visitor(app), visitor(app), visitor(app)
    with app.app_context():
        network = a_network()
        log_in(desk.client, a_facilitator(network))
        hold(respondent.client, a_file({**INTERCOMMUNAL, **TERRITORY})[1])
        a_sent_file(network, {**INTERCOMMUNAL, **TERRITORY}, {"stage": "Depuis 2021"})
    tried = flood(anybody, "/") | flood(respondent, "/dossier") | flood(desk, "/reseau")
    offered = {"respond.start", "accounts.log_in", "accounts.ask_link", "respond.answer", "respond.item_answer",
               "respond.added", "respond.renamed", "respond.shared", "respond.send", "respond.delete_now", "review.ask",
               "review.judge", "review.comment", "review.assign", "review.correct", "review.validate", "review.queue",
               "verify.ask", "accounts.new_password"}  # fmt: skip
    assert offered <= tried


def test_twenty_thousand_values_wherever_something_is_sent(app: Flask) -> None:
    """Every address that takes a form, those no crawl meets too; every address at all, for what follows its « ? »."""
    walker = visitor(app)
    told = "&".join(["x=1"] * MANY)
    known = {"reference": "PAT-7K3M-9Q2X", "edition": edition().id, "language": "fr"}
    began, tried = time.process_time(), 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        values = {name: known.get(name, 1 if "<int" in rule.rule else "x") for name in rule.arguments}
        for method in {"GET", "POST"} & (rule.methods or set()):
            url = app.url_map.bind("").build(rule.endpoint, values, method)
            if method == "POST":
                answer = walker.client.post(url, data=told, content_type="application/x-www-form-urlencoded")
            else:
                answer = walker.client.get(url, query_string=told)
            assert answer.status_code == (413 if method == "POST" else 414), url
            tried += 1
    assert tried > 100
    assert time.process_time() - began < tried * AT_ONCE / 10


@pytest.mark.parametrize("kind", ["single", "multiple", "ranked"])
def test_a_field_by_itself_is_bounded_too(kind: str) -> None:
    """Whatever lets more values in one day, a field reads no more than it offers."""
    question = next(one for one in edition().questionnaire.questions.values() if one.kind == kind)
    for values in ([question.options[0].id], [str(at) for at in range(MANY)]):
        posted = MultiDict((question.id, one) for one in islice(cycle(values), MANY))
        began = time.process_time()
        [field] = page_form([question], {}, {}, READ_BY_NO_FIELD, posted=posted, required=True)
        assert not field.validate(None)
        assert time.process_time() - began < AT_ONCE
        assert field.error is not None
        assert len(field.typed) <= len(question.options) + 1


def test_a_flood_of_names_is_not_shown_again(app: Flask) -> None:
    """The page that refuses it holds nothing of it, and costs no more than another."""
    walker = visitor(app)
    began = time.process_time()
    told = walker.client.post(
        "/commencer",
        data="&".join(f"text{at:x}=1" for at in range(MANY)),
        content_type="application/x-www-form-urlencoded",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert told.status_code == 413
    assert len(told.data) < 10_000
    assert time.process_time() - began < AT_ONCE


def test_a_page_left_with_too_much_typed_keeps_no_draft(app: Flask) -> None:
    walker = Walker(app)
    walker.start()
    walker.get("/dossier/pat/stage")
    form = walker.form()
    form.fill("stage", "s2")
    for length, status in ((LONGEST_DRAFT + 1, 413), (900, 204)):
        form.fill("stage-comment", "x" * length)
        form.values["action"] = "draft"
        assert walker.client.post(form.action, data=form.values).status_code == status
        with app.app_context():
            assert db.session.query(PageDraft).count() == (status == 204)


def test_a_file_with_hundreds_of_links_says_that_it_takes_no_more(app: Flask) -> None:
    walker = Walker(app)
    walker.start()
    with app.app_context(), writing() as session:
        of = {"submission_id": 1, "at": now(), "role": "respondent", "kind": "share"}
        session.add_all(Event(**of, data={"role": "reader", "label": f"Lectrice {at}"}) for at in range(MOST))
    walker.get("/dossier/partager")
    form = walker.form("main form")
    form.fill("label", "Une de plus")
    form.fill("section", "pat")
    walker.send(form, None)
    assert (walker.response.status_code, walker.heading) == (429, "Ce dossier a déjà beaucoup de liens et de choix")
    with app.app_context():
        assert db.session.query(Link).count() == 1
    walker.get("/dossier")
    assert walker.response.status_code == 200


def test_a_flood_of_parts_is_refused(app: Flask) -> None:
    """A form sent as files are, which no page of ours does: the same bound."""
    walker = visitor(app)
    [(form, _)] = [one for one in forms(walker, "/reseau/mot-de-passe").values() if "email" in one[0].kinds][:1]
    parts = "".join(f'--x\r\nContent-Disposition: form-data; name="{at}"\r\n\r\n1\r\n' for at in range(MANY // 8))
    told = walker.client.post(form.action, data=f"{parts}--x--\r\n", content_type="multipart/form-data; boundary=x")
    assert told.status_code == 413
