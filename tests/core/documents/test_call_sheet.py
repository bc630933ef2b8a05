"""The sheet of a call: said by us and not to us, whole, of our answers alone, and nothing in it that we keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from selfassess.authoring.explore.tally import PLAUSIBLE, UNIFORM
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.definition.typography import NBSP
from selfassess.core.documents.call_sheet import MOST_WORDS, QUESTIONS, call_sheet
from selfassess.core.explanation.sentence import as_ours
from selfassess.core.report.network_reading import CALL_SHEET, lay
from selfassess.core.report.report import CallSheet, Report
from selfassess.core.report.reviewed_page import leading
from selfassess.core.report.shapes import read_report
from tests.core.documents.test_documents import IMPOSSIBLE
from tests.core.report import files
from tests.core.report.reviewed import DAY, NETWORK, judged, review_of
from tests.definitions import definitions, edition

KEPT_BACK = [*definitions().documents.call.kept_back, *(one.question for one in definitions().rules.withheld)]
EACH = 12  # files made at random, of each kind
SAID_TO_US = re.compile(r"\b(?:vous|votre|vos|vôtre)\b|\b\w{2,}ez\b(?<!\bchez)", re.IGNORECASE)
QUOTED = re.compile("«[^»]*»")
SPECTRAL = re.compile(r"\{|\}|  |\bNone\b|[.,;:!?] ?[.,;!?]|^\s*$")


def sheet_of(report: Report) -> CallSheet | None:
    return call_sheet(definitions(), report)


def faults(report: Report) -> Iterator[str]:
    """What no sheet may be, of any file."""
    sheet, page = sheet_of(report), report.page_one
    first = next((one for one in page.slots[:-1] if one.device), None)
    if page.silence or page.nothing_first or first is None or sheet is None:
        asked = not (page.silence or page.nothing_first or first is None)
        yield from ["a sheet without an option, or an option without a sheet"] if asked is (sheet is None) else []
        return
    if sheet.device != first.device or sheet.call != first.call:
        yield f"page one says to call {first.call}, the sheet {sheet.call}"
    if len(set(sheet.questions)) != QUESTIONS or not all(one.endswith(f"{NBSP}?") for one in sheet.questions):
        yield f"not three questions: {sheet.questions}"
    yield from (one.asked for one in sheet.asked_back if not one.said and not one.to_prepare)
    yield from _faults_of_words(sheet, report)


def _faults_of_words(sheet: CallSheet, report: Report) -> Iterator[str]:
    ours = (sheet.opening, *sheet.why)
    yield from ("no reason" for one in [sheet.why] if not one)
    yield from (f"a word of ours: {one}" for one in (*ours, *sheet.questions) if "piste" in QUOTED.sub("", one))
    yield from (f"said to us: {one}" for one in ours if SAID_TO_US.search(QUOTED.sub("", one)))
    told = [*ours, *sheet.questions, sheet.subject, sheet.message.replace("\n\n", " / ").replace("\n", " / ")]
    told += [text for one in sheet.asked_back for text in (one.asked, one.said, one.to_prepare) if text]
    for text in told:
        plain = QUOTED.sub("« »", text).replace(NBSP, " ")
        if (found := IMPOSSIBLE.search(plain)) or (found := SPECTRAL.search(plain.replace(" ?", "?"))):
            yield f"« {found[0]} » in: {text}"
    if len(sheet.message.split()) > MOST_WORDS:
        yield f"{len(sheet.message.split())} words: {sheet.message}"
    if len(report.territory) < len(files.LONG_NAME) and not all(one in sheet.message for one in sheet.questions):
        yield f"questions are not in the message: {sheet.message}"


@pytest.mark.parametrize(
    "name", [*files.FILES, *(f"{kind}_{at}" for kind in (UNIFORM, PLAUSIBLE) for at in range(EACH))]
)
def test_a_sheet_is_whole(name: str) -> None:
    assert list(faults(files.report(name))) == []


def clauses(questionnaire: Questionnaire) -> Iterator[str]:
    for question in questionnaire.every.values():
        for one in (*question.options, *question.types, *question.bands):
            yield from [one.clause] if one.clause else []


def test_every_clause_and_reason_is_said_as_ours() -> None:
    texts = {one for each in definitions().editions.values() for one in clauses(each.questionnaire)}
    texts |= {one.text for device in definitions().devices if device.verify for one in device.verify.facts}
    reports = [files.report(f"{UNIFORM}_{at}") for at in range(EACH)]
    texts |= {why.text for one in reports for device in one.devices for why in device.reasons if why.side == "for"}
    said = {one: as_ours(one) for one in texts}
    assert sum("vous" in one for one in texts) > 100
    assert [one for one, ours in said.items() if ours is None or SAID_TO_US.search(QUOTED.sub("", ours))] == []


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("vous voulez former votre équipe", "nous voulons former notre équipe"),
        ("un homologue avec qui vous échangez encore", "un homologue avec qui nous échangeons encore"),
        ("vous commencez chez vous, assez tôt", "nous commençons chez nous, assez tôt"),
        ("vous n’avez pas de poste et êtes seuls", "nous n’avons pas de poste et sommes seuls"),
        ("la langue vous freine au rendez-vous", "la langue nous freine au rendez-vous"),
        ("l’action « Chez vous, votre assiette » vous sert", "l’action « Chez vous, votre assiette » nous sert"),
        ("les régions dites développées, et vous dites non", "les régions dites développées, et nous disons non"),
        ("Demandez à votre région.", None),
    ],
)
def test_what_is_said_to_us_as_we_say_it(theirs: str, ours: str | None) -> None:
    assert as_ours(theirs) == ours


def test_what_we_keep_to_ourselves_is_in_no_sheet() -> None:
    """Files that differ in it alone, and have the same option: their sheets are the same."""
    seen = 0
    braked = {**files.FILES["two_services"], "objectives": ["no_objective"]}  # whose first reason is a brake
    for given in (braked, files.FILES["founder"]):
        mine = sheet_of(files.report_of(given))
        for name in KEPT_BACK:
            question = edition().questionnaire.questions[name]
            for option in question.options[:3]:
                value = option.id if question.is_single else [option.id]
                other = sheet_of(files.report_of({**given, name: value}))
                if mine and other and mine.device == other.device:
                    seen += 1
                    assert other == mine
    assert seen > len(KEPT_BACK)


def test_a_contact_without_an_address_is_said_first_and_the_one_that_has_one_is_called() -> None:
    sheet = sheet_of(files.report("twinning_and_project"))
    assert sheet is not None
    assert sheet.first is not None
    assert not any((sheet.first.page, sheet.first.phone, sheet.first.email))
    assert sheet.call.page
    assert "à l’équipe de notre groupe d’action locale" in sheet.questions[0]


def test_a_door_that_is_not_open_is_asked_about() -> None:
    report = files.report("two_services")
    sheet = sheet_of(report)
    assert sheet is not None
    assert report.device(sheet.device).entry == "expected"
    assert "prochain appel" in sheet.questions[0]


def test_money_whose_rate_was_not_read_is_asked_about() -> None:
    texts = definitions().documents.call
    for name, lines in (("founder", texts.to_pay), ("metropole", texts.to_pay), ("project", texts.to_advance)):
        sheet = sheet_of(files.report(name))
        assert sheet is not None
        assert {one.text for one in lines} & set(sheet.questions)


def test_an_answer_disputed_by_two_services_is_to_be_prepared() -> None:
    sheet = sheet_of(files.report("two_services"))
    assert sheet is not None
    assert sheet.asked_back[1].to_prepare == "À préparer : somme possible par an.".replace(" :", f"{NBSP}:")


def test_a_report_stored_before_has_none() -> None:
    report = files.report("open")
    kept = report.model_dump_json(exclude={"call_sheet"})
    assert read_report(kept).call_sheet is None


def test_a_reading_that_leads_has_the_sheet_of_its_own_first_option() -> None:
    """Kept with the act that validates it; validated before sheets were kept, none where another option comes first."""
    mine = files.report("open").model_copy(update={"call_sheet": sheet_of(files.report("open"))})
    review = review_of(mine, judged(mine))
    assert review.validated is not None
    before = lay(mine, review, NETWORK, DAY)
    shown = leading(before)
    assert mine.call_sheet is not None
    assert shown.page_one.slots[0].device not in {None, mine.call_sheet.device}
    assert shown.call_sheet is None
    sheet = sheet_of(shown)
    assert sheet is not None
    assert sheet.device == shown.page_one.slots[0].device
    kept = replace(review.validated, data={CALL_SHEET: json.loads(sheet.model_dump_json())})
    after = lay(mine, replace(review, validated=kept), NETWORK, DAY)
    assert leading(after).call_sheet == sheet
    assert after.fingerprint == before.fingerprint
    of_elus = lay(mine.model_copy(update={"elected": True}), replace(review, validated=kept), NETWORK, DAY)
    assert of_elus.review is not None
    assert of_elus.review.page is not None
    assert of_elus.review.page.call_sheet is None
