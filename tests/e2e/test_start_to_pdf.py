"""From the start page to the PDF, on three profiles, against the site as it is served: with a browser, and without
JavaScript. Every PDF is PDF/UA-1."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.bench.journey import HttpWalker
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.pdf import CheckPdf
from tests.web import profiles

PATIENCE = 60  # seconds for a PDF, on a busy machine
MOST_PAGES = 60
NAMES = pytest.mark.parametrize("name", sorted(profiles.ALL))
IN_BROWSER = "intercommunal"  # in every run; the others in the long forms
BROWSED = [one if one == IN_BROWSER else pytest.param(one, marks=pytest.mark.long) for one in sorted(profiles.ALL)]


@NAMES
def test_without_javascript(running_site: str, name: str, check_pdf: CheckPdf) -> None:
    with HttpWalker(running_site) as walker:
        walker.journey(profiles.ALL[name])
        assert walker.path == "/dossier/resultat"
        assert "Seul son lien ouvre votre dossier" in walker.page.css_first("body").text()
        walker.send(walker.form("form[action*='/rapport/']"), None)
        deadline = time.monotonic() + PATIENCE
        while walker.heading != "Votre PDF est prêt":
            assert time.monotonic() < deadline, walker.text
            walker.send(walker.form("form[action*='/rapport/']"), None)
        link = walker.page.css_first("a[href$='.pdf']").attributes["href"]
        response = walker.client.http.get(str(link))
        assert response.headers["content-type"] == "application/pdf"
        check_pdf(response.content)


class Visitor:
    """Someone with a browser, who reads each page and answers what it asks."""

    def __init__(self, page: Page, answers: Mapping[str, Any]) -> None:
        self.page, self.answers = page, answers
        self.item: Mapping[str, Any] = {}
        self.added = 0

    def walk(self) -> None:
        for _ in range(MOST_PAGES):
            if self.page.url.endswith("/verifier"):
                return
            self._answer_page()
            before = self.page.url
            self.page.get_by_role("button", name="Continuer", exact=True).click()
            expect(self.page).not_to_have_url(before)
        raise AssertionError("no end")

    def _answer_page(self) -> None:
        form = self.page.locator("#question-form")
        form.wait_for()  # on a loaded machine the page before is still there
        self.page.wait_for_load_state()
        group = profiles.GROUP
        asked = [str(one.get_attribute("name")) for one in form.locator("input[name^='seen-']").all()]
        if form.locator("[name=item]").count():
            named, self.added = self.answers[group][self.added], self.added + 1
            form.locator("[name=label]").fill(named["label"])
            self.item = {key: one for key, one in named.items() if key != "label"}
        elif f"seen-{group}" not in asked and form.locator(f"[name='{group}']").count():
            wanted = self.answers[group]
            choice = "none" if not wanted else "add" if self.added < len(wanted) else "done"
            form.locator(f"[name='{group}'][value='{choice}']").check()
        else:
            for name in asked:
                question = name.removeprefix("seen-")
                self._answer(question, {**self.answers, **self.item}[question])

    def _answer(self, question: str, value: Any) -> None:
        if isinstance(value, Mapping):
            self._territory(question, value)
        else:
            for one in value if isinstance(value, list) else [value]:
                box = self.page.locator(f"[name='{question}'][value='{one}']")
                family = self.page.locator("details.app-family:not([open])", has=box)
                if family.count():
                    family.locator("summary").click()
                box.check()

    def _territory(self, question: str, value: Mapping[str, Any]) -> None:
        if "code" in value:
            self.page.locator(f"[name='{question}-query']").press_sequentially(value["name"][:12], delay=10)
            self.page.locator(f"[name='{question}'][value='{value['code']}']").check()
            return
        self.page.locator(f"[name='{question}'][value=free]").check()
        for part, given in value.items():
            field = self.page.locator(f"[name='{question}-free-{part}']")
            if field.evaluate("node => node.tagName") == "SELECT":
                field.select_option(given)
            else:
                field.fill(given)


@pytest.mark.parametrize("name", BROWSED)
def test_with_a_browser(
    running_site: str, name: str, new_page: NewPage, audit: Audit, check_pdf: CheckPdf, tmp_path: Path
) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto(running_site)
    page.get_by_role("button", name="Commencer", exact=True).click()
    page.locator(".govuk-task-list a").first.click()
    # A file equal to another's would find its PDF ready: this one differs by an answer.
    Visitor(page, {**profiles.ALL[name], "brakes": ["brake_money"]}).walk()
    audit(page)
    page.get_by_role("link", name=re.compile("résultat")).first.click()
    expect(page).to_have_url(re.compile("/dossier/[^/]+/resultat$"))
    audit(page)
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_role("button", name="Préparer le PDF").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre PDF est prêt", timeout=PATIENCE * 1000)
    audit(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le PDF").click()
    download.value.save_as(tmp_path / "report.pdf")
    check_pdf(tmp_path / "report.pdf")
