"""Walks the site as a browser without JavaScript would: forms are discovered in the pages, never known beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.pages import audit
from tests.visitor import short

CHECK = "/dossier/verifier"
MOST_PAGES = 80


@dataclass
class Form:
    """A form as found in a page: what a browser would send of it, and the values each control offers."""

    action: str
    values: MultiDict[str, str] = field(default_factory=MultiDict)
    offered: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, node: Node, url: str) -> Form:
        form = cls(node.attributes.get("action") or url)
        for control in node.css("input, select, textarea"):
            form._control(control)
        return form

    def _control(self, control: Node) -> None:
        name = control.attributes.get("name")
        if not name:
            return
        kind = control.tag if control.tag != "input" else control.attributes.get("type") or "text"
        self.kinds[name] = kind
        value = control.attributes.get("value") or ""
        offered = self.offered.setdefault(name, [])
        if kind in {"radio", "checkbox"}:
            offered.append(value)
            if "checked" in control.attributes:
                self.values.add(name, value)
        elif kind == "select":
            self.places[name] = self.places.get(name, 0) + 1
            options = control.css("option")
            offered.extend(option.attributes.get("value") or "" for option in options)
            chosen = [option for option in options if "selected" in option.attributes] or options[:1]
            self.values.add(name, chosen[0].attributes.get("value") or "")
        elif kind == "textarea":
            self.values.add(name, control.text().removeprefix("\n"))
        else:
            self.values.add(name, value)

    def fill(self, name: str, value: Any) -> None:
        """Choose or type; a value that the page does not offer is an error."""
        assert name in self.kinds, f"no field {name!r} among {sorted(self.kinds)}"
        given = [str(one) for one in (value if isinstance(value, list) else [value])]
        if self.kinds[name] in {"radio", "checkbox", "select"}:
            strange = [one for one in given if one not in self.offered[name]]
            assert not strange, f"{name} does not offer {strange}, only {self.offered[name]}"
        if self.kinds[name] == "select":
            given += [""] * (self.places[name] - len(given))
        self.values.setlist(name, given)
        for at, one in enumerate(given, 1):
            if f"{name}-rank-{one}" in self.kinds:
                self.values[f"{name}-rank-{one}"] = str(at)


class Walker:
    """A visitor. `page` is the last page read, `url` its address (whole: `address`), `response` how it came."""

    def __init__(self, app: Flask, *, check: bool = True) -> None:
        self.app, self.check = app, check
        self.client = app.test_client()
        self.titles: dict[str, str] = {}
        self.visited: list[str] = []

    def get(self, url: str) -> HTMLParser:
        return self._follow(self.client.get(url), url)

    def post(self, url: str, values: MultiDict[str, str], **options: Any) -> HTMLParser:
        return self._follow(self.client.post(url, data=values, **options), url)

    def _follow(self, response: TestResponse, url: str) -> HTMLParser:
        hops = 0
        while response.status_code in {301, 302, 303, 307, 308}:
            assert hops < 5, f"too many redirections, towards {response.location}"
            url, hops = response.location, hops + 1
            response = self.client.get(url)
        self.response, self.address, self.url = response, url, short(url)
        self.visited.append(self.url)
        self.page = HTMLParser(response.text if self.client.literal else short(response.text))
        if self.check:
            audit(response.text, url, self.app)
            self._check_title()
        return self.page

    def _check_title(self) -> None:
        """No two pages share a title (the same page with an error, or of another kind, says so in its title)."""
        title = self.page.css_first("title").text()
        path = urlsplit(self.url).path if self.response.status_code < 400 or "Erreur" in title else "error"
        assert self.titles.setdefault(title, path) == path, f"{path} and {self.titles[title]} share {title!r}"

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def heading(self) -> str:
        return " ".join(self.page.css_first("h1").text().split())

    @property
    def text(self) -> str:
        return " ".join(self.page.css_first("main").text(separator=" ").split())

    @property
    def errors(self) -> list[str]:
        return [" ".join(one.text().split()) for one in self.page.css(".govuk-error-summary__list li")]

    def form(self, selector: str = "#question-form") -> Form:
        node = self.page.css_first(selector)
        assert node is not None, f"no {selector} in {self.url}: {self.text[:300]}"
        return Form.read(node, self.address)

    def send(self, form: Form, action: str | None = "continue") -> HTMLParser:
        values = MultiDict(form.values)
        if action:
            values["action"] = action
        return self.post(form.action, values)

    def click(self, words: str) -> HTMLParser:
        """Follow the link that reads so."""
        links = {" ".join(one.text().split()): one.attributes["href"] for one in self.page.css("a[href]")}
        assert words in links, f"no link {words!r} among {sorted(links)}"
        return self.get(str(links[words]))

    def start(self) -> HTMLParser:
        self.get("/")
        return self.send(self.form("form[action='/commencer']"), None)

    @property
    def private_link(self) -> str:
        return self.page.css_first("#lien").text().strip()

    # ---- The questionnaire -------------------------------------------------------------------------------------

    def answer(self, answers: Mapping[str, Any], comments: Mapping[str, str] | None = None) -> Form:
        """The form of this page, filled with what `answers` says of its questions."""
        form = self.form()
        asked = [name.removeprefix("seen-") for name in form.kinds if name.startswith("seen-")]
        for question in asked:
            if isinstance(answers.get(question), Mapping):
                form = self._territory(form, question, answers[question])
            elif question in answers:
                form.fill(question, answers[question])
            if comments and question in comments:
                form.fill(f"{question}-comment", comments[question])
        return form

    def _territory(self, form: Form, question: str, value: Mapping[str, Any]) -> Form:
        if "code" not in value:
            form.fill(question, "free")
            for part, given in value.items():
                form.fill(f"{question}-free-{part}", given)
            return form
        form.fill(f"{question}-query", value["name"])
        self.send(form, "search")
        assert self.response.status_code == 200
        found = self.form()
        found.fill(question, value["code"])
        return found

    def walk(self, answers: Mapping[str, Any], group: str, start: str | None = None) -> None:
        """From the first page (or `start`) to the check page, one « Continuer » after the other."""
        self.get(start) if start else self.click_first_task()
        item: Mapping[str, Any] = {}
        added = 0
        for _ in range(MOST_PAGES):
            if self.path == CHECK:
                return
            form = self.form()
            if group in form.kinds and f"seen-{group}" not in form.kinds:
                wanted = answers[group]
                form.fill(group, "none" if not wanted else "add" if added < len(wanted) else "done")
                if added == len(wanted) == 4:
                    form.values.poplist(group)
            elif "item" in form.kinds:
                named, added = answers[group][added], added + 1
                form.fill("label", named["label"])
                item = {key: value for key, value in named.items() if key != "label"}
            else:
                form = self.answer({**answers, **item})
            before = self.url
            self.send(form)
            assert self.url != before, f"{before} does not let go: {self.errors}"
        raise AssertionError(f"no end after {MOST_PAGES} pages: {self.visited[-5:]}")

    def click_first_task(self) -> None:
        href = self.page.css_first(".govuk-task-list__link").attributes["href"]
        self.get(str(href))
