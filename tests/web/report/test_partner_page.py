"""The page for a partner abroad, in English and in French: one page, every word in its language, and nothing that is
not for them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from selfassess.authoring.checks.partner_page_checks import untranslated
from selfassess.content.catalogue import load
from selfassess.content.reader import FaultyError
from selfassess.core.answers.in_words import listed
from selfassess.core.definition.partner_texts import PARTNER_FILES, PartnerLanguage, PartnerPage
from selfassess.core.report.network_reading import as_draft, as_trial, lay
from selfassess.core.report.partner_page import as_abroad, partner_day
from selfassess.core.report.report import Origin, Report
from selfassess.web.report import pdf
from tests.core.report import files, reviewed
from tests.definitions import QUESTIONS, SLUG, definitions, edition
from tests.editions import edit
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.pdf import CheckPdf, text_of
from tests.fixtures.server import Serve
from tests.web.commands.test_replay import ask
from tests.web.report.conftest import enter, hold
from tests.web.walker import Walker

QUESTIONNAIRE = edition().questionnaire
EVERY_AXIS = [option.id for option in QUESTIONNAIRE.questions["axes"].options if option.mufpp]
FULLEST = {
    **files.FILES["longest"],
    "axes": EVERY_AXIS,
    "local_partners": ["associations", "producers", "chamber", "schools", "businesses", "research", "health_social"],
    "axis_to_feed": "feed_supply",
    "objectives": ["compare", "organise", "neighbour"],
    "twinnings": ["own", "members"],
    "border": "overseas",
    "actions": [
        {
            **one,
            "label": "Partenariat de longue durée avec la ville et le pays voisin de Zweibrücken-Ouest et ses communes",
        }
        for one in files.ALL
    ],
}
SOME = {"early": files.EARLY, "petr_four_actions": files.FILES["petr_four_actions"], "fullest": FULLEST}
PLACE = "Trou-de-Loup à Ménil"
# What weakens a territory, or is nobody's business abroad.
KEPT_BACK = ("brakes", "political_will", "load", "budget", "staff_days", "posts", "follow_up", "services", "benefits")


def report_of(given: dict[str, Any], comments: dict[str, str] | None = None) -> Report:
    report = files.report_of(given, comments)
    return report.model_copy(update={"origin": Origin(answers=given, comments=comments or {})})


def page_of(given: dict[str, Any], language: PartnerLanguage = "en") -> PartnerPage | None:
    found = as_abroad(definitions(), report_of(given), None, language)
    return found.abroad if found else None


@pytest.fixture(scope="module")
def drawn(drawing_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, PartnerLanguage], Path]:
    folder = tmp_path_factory.mktemp("abroad")

    def draw(name: str, language: PartnerLanguage) -> Path:
        path = folder / f"{name}-{language}.pdf"
        if not path.exists():
            report = as_abroad(definitions(), report_of(SOME[name]), PLACE, language)
            assert report
            with drawing_app.app_context():
                path.write_bytes(pdf.render(report))
        return path

    return draw


@pytest.fixture
def html(drawing_app: Flask) -> Callable[..., str]:
    def write(report: Report, language: PartnerLanguage = "en") -> str:
        found = as_abroad(definitions(), report, PLACE, language)
        assert found
        template = drawing_app.jinja_env.get_template("report/abroad_print.html")
        return template.render(report=found, density="")  # the size of its type changes no word

    return write


# Its words


def test_nothing_waits_for_its_words() -> None:
    assert untranslated(definitions()) == []


@pytest.mark.parametrize("language", PARTNER_FILES)
@pytest.mark.parametrize("part", ["axes", "feed"])
def test_every_axis_has_its_words_and_its_category(part: str, language: PartnerLanguage) -> None:
    texts = definitions().abroad[language]
    axes = getattr(texts, part)
    options = [one for one in QUESTIONNAIRE.questions[axes.question].options if not (one.unknown or one.exclusive)]
    assert {one.id for one in options} <= set(axes.say)
    assert {one.mufpp for one in options if one.mufpp} <= set(texts.milan.categories)


def test_the_same_axis_is_said_the_same_way_twice() -> None:
    texts = definitions().abroad["en"]
    once, again = (
        {option.text: axes.say[option.id] for option in QUESTIONNAIRE.questions[axes.question].options
         if option.id in axes.say}
        for axes in (texts.axes, texts.feed)
    )  # fmt: skip
    both = once.keys() & again.keys()
    assert {name: again[name] for name in both} == {name: once[name] for name in both}
    assert len(both) > 5


FAULTS = [
    ("      s1: ", "      s9: ", "La réponse « s9 » n'existe pas."),
    ("  - question: label", "  - question: labels", "La question « labels » n'existe pas. Vouliez-vous"),
    ("    c40: ", "    c41: ", "L'identifiant « c41 » n'existe pas."),
    ("nuance: closest one}", "also: [Food farming]}", "La catégorie du Pacte de Milan « Food farming »"),
    ("silent: [anim]", "silent: [anim, mufpp]", "« mufpp » est à la fois sous « say » et sous « silent »."),
    ("Self-declared on {day}", "Self-declared", "Ce texte doit contenir « {day} »."),
    ("{question: state, in: [considered]}", "{question: state, in: [wished]}", "La réponse « wished » n'existe pas."),
]


def test_faults_are_told_with_their_lines(tmp_path: Path) -> None:
    root = Path(shutil.copytree(QUESTIONS, tmp_path / "questions"))
    edit(root, [("abroad.yaml", before, after) for before, after, _ in FAULTS])
    with pytest.raises(FaultyError) as caught:
        load(root, SLUG)
    lines = (root / SLUG / "abroad.yaml").read_text().splitlines()
    for _, after, told in FAULTS:
        found = [one for one in caught.value.problems if told in one.message.replace("\u00a0", " ")]
        assert found, told
        assert found[0].file == f"{SLUG}/abroad.yaml"
        assert any(after.strip() in line for line in lines[found[0].line - 2 : found[0].line + 1]), found


def test_what_has_no_words_is_told_and_left_out() -> None:
    texts = definitions().abroad["en"]
    said = {name: one for name, one in texts.axes.say.items() if name != "health"}
    without = texts.model_copy(update={"axes": texts.axes.model_copy(update={"say": said})})
    found = replace(definitions(), abroad={**definitions().abroad, "en": without})
    assert [one.message[:54] for one in untranslated(found)] == [
        "La réponse « health » de « axes » n'a pas d'anglais : "
    ]
    report = as_abroad(found, report_of(files.without(axes=["health", "production"])), None)
    assert report
    assert report.abroad
    assert [one.english for one in report.abroad.axes] == ["Farming and farmland"]


# What it says, and what it does not


def test_it_says_who_what_and_what_for() -> None:
    page = page_of({**files.FILES["petr_four_actions"], "territory": {**files.PLACE, "population": 1082410}})
    assert page
    assert page.place == ("Intermunicipal authority", "1,082,410 inhabitants", "both urban and rural")
    assert page.who[0] == "Our PAT is carrying out its first action plan."
    assert (page.axes[0].french, page.axes[0].english) == ("Restauration collective", "School and public canteens")
    assert page.axes[0].categories[0] == "Food supply and distribution"
    assert page.wants[1] == "Step back and compare our work with that of others."
    assert page.links[2].label == "Interreg avec Mons, Belgique"
    assert page.links[2].facts == ("Interreg cross-border project", "on food as a whole", "completed")
    assert page.mark == "Self-declared on 23 November 2026"
    assert page.names == "The names of our actions are in French, as we wrote them."
    assert page.hint.startswith("Name, e-mail address")
    assert partner_day(definitions().abroad["en"], "2026-12-01") == "1 December 2026"
    assert listed(["a", "b", "c"], "and") == "a, b and c"


def test_it_says_the_same_in_french() -> None:
    given = {**files.FILES["petr_four_actions"], "territory": {**files.PLACE, "population": 1082410}}
    english, page = page_of(given), page_of(given, "fr")
    assert english
    assert page
    assert page.place == ("Intercommunalité", "1\u202f082\u202f410\u00a0habitants", "à la fois urbain et rural")
    assert page.who[0] == "Notre PAT met en œuvre son premier plan d’action."
    assert page.axes[0].categories[0] == "Approvisionnement et distribution"
    assert page.links[2].facts[0] == "projet Interreg transfrontalier"
    assert page.mark == "Réponses déclarées le 23 novembre 2026"
    assert page.names == ""
    assert page.hint.startswith("Nom, adresse électronique")
    assert partner_day(definitions().abroad["fr"], "2026-12-01") == "1er décembre 2026"
    for part in ("who", "wants", "means", "links", "after", "axes", "place"):
        assert len(getattr(page, part)) == len(getattr(english, part)), part
    assert [len(one.facts) for one in page.links] == [len(one.facts) for one in english.links]


@pytest.mark.parametrize(("language", "said"), [("en", "suspended for now"), ("fr", "action suspendue pour l’instant")])
def test_an_action_suspended_is_said_so(language: PartnerLanguage, said: str) -> None:
    page = page_of({**files.WHOLE, "actions": [{**files.ALL[0], "state": "suspended"}]}, language)
    assert page
    assert said in page.links[0].facts


@pytest.mark.parametrize("question", KEPT_BACK)
def test_another_answer_to_what_is_kept_back_changes_no_word(question: str) -> None:
    """Forms of cooperation aside: they come from the devices advised, and name no answer."""
    asked, told = QUESTIONNAIRE.questions[question], set()
    for option in asked.options:
        for language in PARTNER_FILES:
            page = page_of({**files.WHOLE, question: option.id if asked.kind == "single" else [option.id]}, language)
            assert page
            told.add(page.model_copy(update={"of": "", "foot": "", "means": ()}).model_dump_json())
    assert len(told) == len(PARTNER_FILES)


def test_nothing_kept_back_is_read_in_it(html: Callable[..., str]) -> None:
    said = html(report_of(files.FILES["petr_four_actions"], files.COMMENTS["petr_four_actions"]))
    report = files.report("petr_four_actions")
    shown = " ".join(HTMLParser(said).body.text().split())  # type: ignore[union-attr]
    axes = {option.text for option in QUESTIONNAIRE.questions["axes"].options}  # a service may have the same name
    told = {option.text for question in KEPT_BACK for option in QUESTIONNAIRE.questions[question].options}
    assert not [one for one in told - axes if one in shown]
    hidden = [one.title for one in report.categories] + [row.comment for part in report.answers for row in part.rows]
    assert not [one for one in hidden if one and one in said]


@pytest.mark.parametrize(
    "given",
    [
        {**files.WHOLE, "governance": "no_body", "label": "expired"},
        files.without("working_language", "label", "governance", "lag"),
        {**files.WHOLE, "stage": "unknown", "axes": ["unknown"], "objectives": ["recognition", "train"]},
    ],
)
def test_what_is_missing_or_would_weaken_is_left_out(given: dict[str, Any], html: Callable[..., str]) -> None:
    assert not re.search(r"unknown|not known|expired|nobody|no body|lack|None", html(report_of(given)))


@pytest.mark.parametrize("name", ["nothing", "unknown"])
def test_with_too_little_to_say_there_is_no_page(name: str, app: Flask) -> None:
    assert page_of(files.FILES[name]) is None
    hold(app, name, files.FILES[name])
    walker = Walker(app)
    enter(walker.client, name)
    walker.get("/dossier/partenaire")
    assert "Il faut le nom de votre structure" in walker.text
    assert not walker.page.css("a[href$='.pdf'], [lang=en]")


def test_an_intention_is_not_called_a_project() -> None:
    page = page_of(files.without("label", "governance", "axes", stage="s0"))
    assert page
    assert page.lead.startswith("Towards a local food project")


def test_whose_word_it_is(html: Callable[..., str]) -> None:
    report = report_of(SOME["early"])
    assert "Draft, not sent yet, 23 November 2026" in html(as_draft(report))
    assert "Trial of a draft questionnaire" in html(as_trial(report))
    review = reviewed.review_of(report, reviewed.judged(report))
    said = html(lay(report, review, reviewed.NETWORK, reviewed.DAY))
    assert "reviewed on 3 March 2027 by the French network" in said
    assert f'<span lang="fr">{reviewed.NETWORK}</span>' in said


# The document


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=() if one == "fullest" else pytest.mark.long) for one in SOME]
)
@pytest.mark.parametrize("language", PARTNER_FILES)
def test_it_is_one_accessible_page(
    name: str, language: PartnerLanguage, drawn: Callable[[str, PartnerLanguage], Path], check_pdf: CheckPdf
) -> None:
    path = drawn(name, language)
    check_pdf(path)
    with pikepdf.open(path) as file:
        assert len(file.pages) == 1
        assert file.Root.Lang == language
        assert not file.attachments
        marked = [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Lang") == "fr"]
        assert language == "fr" or len(marked) >= 3 + len(SOME[name]["actions"])
    said = text_of(path)
    assert SOME[name]["territory"]["name"].replace("'", "’").strip() in said, "whole, whatever its length"
    assert all(" ".join(one["label"].replace("'", "’").split()) in said for one in SOME[name]["actions"])
    texts = definitions().abroad[language]
    assert texts.headings.who in said
    assert texts.hint.replace("\u00a0", " ") in said.replace("\u00a0", " ")
    assert re.search("[«»'\"]| {2}|\\{", said) is None


def test_french_is_marked_and_nothing_else_is(html: Callable[..., str]) -> None:
    page = HTMLParser(html(report_of(FULLEST)))
    assert page.css_first("html").attributes["lang"] == "en"  # type: ignore[union-attr]
    spans = page.css("span")
    assert {one.attributes.get("lang") for one in spans} == {"fr"}
    french = {one.text() for one in spans}
    options = QUESTIONNAIRE.questions["axes"].by_option
    assert {options[one].text for one in EVERY_AXIS} <= french
    assert PLACE in french


def test_from_the_result_to_the_file(app: Flask, no_worker_needed: list[str]) -> None:
    hold(app, "one", files.FILES["petr_four_actions"])
    walker = Walker(app)
    enter(walker.client, "one")
    walker.get("/dossier/resultat")
    assert walker.page.css_first("a[href='/dossier/partenaire']") is not None
    walker.get("/dossier/partenaire")
    assert walker.heading == "Une page pour un partenaire à l’étranger"
    walker.send(walker.form("form[action*='/partenaire/']"), None)
    assert walker.heading == "Votre PDF est prêt"
    assert "Il tient sur une page, en anglais." in walker.text
    address = walker.page.css_first("a[href$='.pdf']").attributes["href"]  # type: ignore[union-attr]
    found = walker.client.get(address)
    assert found.data.startswith(b"%PDF")
    assert "Local food project - PETR du Pays des Sources" in found.headers["Content-Disposition"]
    code, told = ask(app)
    assert (code, told.split(",")[0]) == (0, "1 rapport : 1 identique")
    walker.get(f"/verifier/{address.rpartition('/')[2].removesuffix('.pdf')}")  # type: ignore[union-attr]
    assert walker.response.status_code == 200


@pytest.mark.long
def test_it_holds_on_a_phone(app: Flask, serve: Serve, new_page: NewPage, audit: Audit) -> None:
    hold(app, "one", FULLEST)
    page = new_page(viewport={"width": 320, "height": 800}, base_url=serve(app), reduced_motion="reduce")
    page.goto("/reprendre/one")
    page.goto("/dossier/partenaire")
    audit(page, "Une page pour un partenaire à l’étranger")
    expect(page.locator(".ab-page .rp-lead")).to_be_visible()
    page.get_by_role("link", name="En français").click()
    assert page.locator(".ab-page").get_attribute("lang") == "fr"
    audit(page, "Une page pour un partenaire à l’étranger")
