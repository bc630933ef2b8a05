"""« Et si… »: other answers tried, one or several at once, and what moves in the reading. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from selfassess.core.answers import path
from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import Quote, answer_text
from selfassess.core.answers.items import replaced
from selfassess.core.answers.path import Step
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Question
from selfassess.core.report.comparison import tried
from selfassess.core.report.report import Report
from selfassess.core.report.two_services import answer_or_blank
from selfassess.core.review.acts import SENT
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.files.opened_file import current_file
from selfassess.web.forms.page_form import PageForm, page_form
from selfassess.web.french import french, today
from selfassess.web.report.building import computed, imagined
from selfassess.web.respond import blueprint
from selfassess.web.respond.check import CheckedAnswer, blocks
from selfassess.web.respond.journey import BACK_TO_RESULT, Journey
from selfassess.web.respond.missing_answers import FieldLink, FieldLinks

TRIED = "essai"  # in an address: the form of an answer tried already, as a browser sends it
MOST_TRIED, MOST_FIELDS = 8, 60
FIRST = 4  # questions of the reading shown before the others, and of the options


@dataclass(frozen=True)
class MovedQuestion:
    """A question the trial opens or closes. `kept`: it has an answer, from when it was asked before; `href`: where it
    is answered in the same trial."""

    text: str
    kept: bool
    href: str | None


@dataclass(frozen=True)
class TriedAnswer:
    """One answer changed, in words. `without`: the trial without it; `again`: another answer to the same question."""

    text: str
    about: str
    present: str | None
    tried: str | None
    without: str
    again: str
    keep: FieldLink | None


class Trial:
    """The file as it would be with other answers: `changes` {ref: value}, each with the form it came in."""

    def __init__(self, journey: Journey, forms: Sequence[str] = ()) -> None:
        self.journey, self.view, self.steps = journey, journey.view, journey.steps
        self.changes: dict[Ref, object] = {}
        self.forms: dict[Ref, str] = {}
        for one in forms[:MOST_TRIED]:
            self._again(one)

    def _again(self, packed: str) -> None:
        """One tried already; passed over when what is tried before it closes its question."""
        try:
            given = MultiDict(parse_qsl(packed, keep_blank_values=True, max_num_fields=MOST_FIELDS))
        except ValueError:
            return
        found = self.find(Ref(given.get("question", ""), given.get("item")))
        if found is not None:
            form = self.form(*found, given)
            if form.validate():
                self.change(*found, form, given)

    def find(self, ref: Ref) -> tuple[Step, Question] | None:
        """A question asked in the trial; the list of items itself is no answer to try."""
        for step in self.steps:
            if step.item == ref.item and not self.journey.is_group(step):
                for question in step.questions:
                    if question.id == ref.question:
                        return step, question
        return None

    def form(self, step: Step, question: Question, given: MultiDict[str, str] | None = None) -> PageForm:
        present = self.view.given(Ref(question.id, step.item))
        values = {} if present is None else {question.id: present}
        return page_form((question,), values, {}, library().directory, posted=given, required=True)

    def change(self, step: Step, question: Question, form: PageForm, given: MultiDict[str, str]) -> None:
        """Another answer; the one of the file itself takes the change back."""
        ref, [field] = Ref(question.id, step.item), form
        self.changes.pop(ref, None)
        self.forms.pop(ref, None)
        if field.data != self.journey.view.given(ref):
            self.changes[ref] = field.data
            kept = [(name, one) for name, one in given.items(multi=True) if name not in {TRIED, "action"}]
            self.forms[ref] = urlencode(kept)
        file, answers = self.journey.file, self.journey.file.answers
        for one, value in self.changes.items():
            answers = replaced(file.questionnaire, answers, one, value)
        disputed = self.journey.view.disputed - set(self.changes)
        self.view = View(file.questionnaire, answers, file.edition.typology.conditions, disputed=disputed)
        self.steps = path.steps(self.view)

    def address(self, ref: Ref | None = None, *, without: Ref | None = None, shown: bool = False) -> str:
        """Where a question is answered in this trial, or chosen; `shown`: what the trial gives."""
        kept = [one for other, one in self.forms.items() if other != without]
        if ref is not None:
            return url_for("respond.what_if", question=ref.question, item=ref.item, essai=kept)
        return url_for("respond.what_if", action="try" if shown and kept else None, essai=kept)


@blueprint.get("/dossier/<file:file>/et-si")
def what_if() -> ResponseReturnValue:
    """`question` (and `item`, the id of the item it is about) is the question; its own fields, the answer tried; TRIED,
    the answers tried already."""
    given = request.args
    trial = Trial(Journey(current_file()), given.getlist(TRIED))
    if "question" not in given:
        return _sides(trial) if trial.changes and "action" in given else _choice(trial)
    trial.journey.ensure(given.get("item"))
    found = trial.find(Ref(given["question"], given.get("item")))
    if found is None:
        raise Problem("no_question")
    told = found[1].id in given or "action" in given
    form = trial.form(*found, given if told else None)
    [field] = form
    if given.get("action") == "search" and hasattr(field, "search"):
        field.search()
    elif told and form.validate():
        trial.change(*found, form, given)
        return _sides(trial)
    return _page(trial, *found, form), 422 if form.links else 200


def _choice(trial: Trial) -> str:
    journey = trial.journey
    matter = _first(computed(journey.file.submission, journey.file.edition, today()), trial)

    def row(step: Step, question: Question) -> CheckedAnswer:
        ref = Ref(question.id, step.item)
        href = None if trial.find(ref) is None else trial.address(ref)
        present = answer_text(trial.view, ref)
        return CheckedAnswer(question.text, present and french(present), "", href, journey.about(step.item), "Essayer")

    rest = blocks(journey, row, trial.steps)
    first = [row(*found) for ref in matter if (found := trial.find(ref)) is not None]
    seen = {one.href for one in first}
    for block in rest:
        block.rows = [one for one in block.rows if one.href not in seen or one.href is None]
        block.parts = [(name, [one for one in rows if one.href not in seen]) for name, rows in block.parts]
    return render_template(
        "respond/what_if.html",
        file=journey.file,
        changes=list(_changes(trial)),
        first=first,
        blocks=[one for one in rest if one.rows or any(rows for _, rows in one.parts)],
        group=journey.questionnaire.item.noun,
        sent=journey.file.submission.state in SENT,
    )


def _first(report: Report, trial: Trial) -> list[Ref]:
    """The questions that matter: those the reading holds to, or that would settle it, then those behind the options."""
    found: list[Ref] = []
    for quotes in (_of_reading(report), _of_options(report)):
        refs = dict.fromkeys(one.ref(trial.journey.items) for one in quotes)
        found += [ref for ref in refs if ref not in found and trial.find(ref) is not None][:FIRST]
    return found


def _of_reading(report: Report) -> Iterator[Quote]:
    for part in sorted(report.categories, key=lambda one: not one.principal):
        yield from (*part.standing.holds, *part.standing.settles)


def _of_options(report: Report) -> Iterator[Quote]:
    """What would change them, then what speaks against them, then for."""
    devices = [report.device(slot.device) for slot in report.page_one.slots if slot.device]
    for device in devices:
        yield from device.change.answers if device.change else ()
    for device in devices:
        for why in sorted(device.reasons, key=lambda one: one.side != "against"):
            yield from why.quotes


def _page(trial: Trial, step: Step, question: Question, form: PageForm) -> str:
    ref = Ref(question.id, step.item)
    return render_template(
        "respond/what_if_question.html",
        file=trial.journey.file,
        question=question,
        item=step.item,
        about=trial.journey.about(step.item),
        present=answer_text(trial.journey.view, ref),
        changes=list(_changes(trial, ref)),
        kept=[one for other, one in trial.forms.items() if other != ref],
        other=trial.address(),
        fields=list(form),
        errors=form.links,
        departements=library().directory.departements,
    )


def _changes(trial: Trial, but: Ref | None = None) -> Iterator[TriedAnswer]:
    journey, ways = trial.journey, FieldLinks(trial.journey, BACK_TO_RESULT)
    for ref, value in trial.changes.items():
        if ref != but:
            yield TriedAnswer(
                text=journey.questionnaire.every[ref.question].text,
                about=journey.about(ref.item),
                present=answer_text(journey.view, ref),
                tried=answer_or_blank(journey.questionnaire, ref.question, value),
                without=trial.address(without=ref, shown=True),
                again=trial.address(ref, without=ref),
                keep=ways.to(ref),
            )


def _sides(trial: Trial) -> str:
    journey, file = trial.journey, trial.journey.file
    before = computed(file.submission, file.edition, today())
    after = imagined(file.submission, file.edition, today(), trial.changes)
    return render_template(
        "respond/what_if_sides.html",
        file=file,
        changes=list(_changes(trial)),
        found=tried(library().definitions.texts.comparison, before, after, file.edition),
        devices=len(after.devices),
        opened=list(_moved(trial, journey.view, trial.view)),
        closed=list(_moved(trial, trial.view, journey.view)),
        more=trial.address(),
        full=len(trial.changes) >= MOST_TRIED,
        sent=file.submission.state in SENT,
    )


def _moved(trial: Trial, before: View, after: View) -> Iterable[MovedQuestion]:
    """The questions asked after and not before."""
    journey = trial.journey
    earlier = {ref for step in path.steps(before) for ref in step.refs}
    for ref in (ref for step in path.steps(after) for ref in step.refs if ref not in earlier):
        about = "" if ref.item is None else f" ({journey.name(ref.item)})"
        href = trial.address(ref) if trial.find(ref) is not None else None
        yield MovedQuestion(journey.questionnaire.every[ref.question].text + about, after.given(ref) is not None, href)
