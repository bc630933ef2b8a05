"""Pages of questions: shown, answered, saved with their event, and where to go next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from selfassess.core.answers.path import Step
from selfassess.core.answers.two_roles import RoleAnswer, SharedAnswer
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Question
from selfassess.core.report.two_services import answer_or_blank
from selfassess.store import page_drafts
from selfassess.store.database import NotSavedError
from selfassess.store.models import Submission
from selfassess.store.submissions import Change, change
from selfassess.web.definitions import RESERVED, library
from selfassess.web.errors import Problem
from selfassess.web.files.opened_file import File, current_file
from selfassess.web.files.public_record import Record, record_of
from selfassess.web.forms.page_form import PageForm, page_form
from selfassess.web.french import now
from selfassess.web.respond import blueprint, group
from selfassess.web.respond.differing_answers import elsewhere
from selfassess.web.respond.editable import (
    awaited,
    confirmation,
    editing,
    step_keys,
)
from selfassess.web.respond.journey import Journey, address, anchor, heading, summary
from selfassess.web.respond.merge import (
    FormAnswer,
    ItemGoneError,
    merge,
    read,
    seen_digest,
)
from selfassess.web.respond.navigation import name_of, next_address, way_back
from selfassess.web.respond.saving_conflict import KEEP_STORED, ConflictError, SavingConflict, ask

RECORDED = "fiche"  # in the address: what a public list says is ticked
LONGEST_DRAFT = 20_000  # characters of a page left without being saved: no page of ours comes to half of it


@blueprint.get("/dossier/<file:file>/<section>/<page>")
def question(section: str, page: str) -> ResponseReturnValue:
    return show(section, page, None)


@blueprint.get("/dossier/<file:file>/<section>/<item>/<page>")
def item_question(section: str, item: str, page: str) -> ResponseReturnValue:
    return show(section, page, item)


@blueprint.post("/dossier/<file:file>/<section>/<page>")
def answer(section: str, page: str) -> ResponseReturnValue:
    return receive(section, page, None)


@blueprint.post("/dossier/<file:file>/<section>/<item>/<page>")
def item_answer(section: str, item: str, page: str) -> ResponseReturnValue:
    return receive(section, page, item)


class QuestionPage:
    """One page of one file: its step, its place in storage, and its form."""

    def __init__(self, file: File, section: str, page: str, item: str | None) -> None:
        self.file, self.item = file, item
        self.journey = Journey(file)
        self.journey.ensure(item)
        asked = self.journey.defined(section, page, item)
        self.step = editing(file).opened(self.journey, asked)
        self.closed = asked if asked.questions and not self.step.questions else None  # nothing here may change

    @cached_property
    def record(self) -> Record | None:
        """What a public list says of what is asked here; looked for where the page is shown."""
        return record_of(self.file, self.step.questions)

    def held(self, question: str) -> SharedAnswer:
        """What is stored of one question of this page."""
        return read(self.file.questionnaire, self.file.submission, Ref(question, self.item))

    def shown(self, question: str) -> RoleAnswer:
        """What this page shows of it: one's own answer where two services differ."""
        return self.held(question).shown(self.file.role)

    def form(
        self, questions: tuple[Question, ...], posted: MultiDict[str, str] | None = None, *, required: bool = False
    ) -> PageForm:
        shown = {one.id: self.shown(one.id) for one in questions}
        values = {name: one.value for name, one in shown.items() if one.value is not None}
        if RECORDED in request.args and self.record:
            values = {**{name: one for name, one in self.record.answers.items() if name in shown}, **values}
        comments = {name: one.comment for name, one in shown.items()}
        return page_form(questions, values, comments, library().directory, posted=posted, required=required)

    @property
    def place(self) -> str:
        """What its draft is kept under."""
        return name_of(self.step)

    def drop_draft(self) -> None:
        """Saved, erased, or the same as what is stored."""
        if self.file.drafted:
            page_drafts.forget(self.file.submission, self.file.role, self.place)

    def says_more(self, form: PageForm) -> bool:
        """Does the form say anything else than what is stored?"""
        return any(seen_digest(field.data, field.comment) != self.seen(field.name) for field in form)

    def seen(self, question: str) -> str:
        shown = self.shown(question)
        return seen_digest(shown.value, shown.comment)

    def render(
        self, form: PageForm, seen: dict[str, str] | None = None, saved: bool = True, draft: datetime | None = None
    ) -> str:
        back = way_back(self.journey)
        sections = self.file.questionnaire.sections
        return render_template(
            "respond/question.html",
            file=self.file,
            step=self.step,
            heading=heading(self.step),
            label=self.journey.about(self.item),
            number=sections.index(self.step.section) + 1,
            total=len(sections),
            fields=list(form),
            elsewhere=elsewhere(self.journey, self.step),
            seen=seen or {field.name: self.seen(field.name) for field in form},
            back_href=address(back) if back else self.journey.before(self.step),
            errors=[*summary("", None, saved), *form.links],
            draft=draft,
            departements=library().directory.departements,
            awaited=awaited(self.file.submission),
            anchor=anchor,
            record=self.record,
            ticked=RECORDED in request.args,
        )


def show(section: str, page: str, item: str | None) -> ResponseReturnValue:
    sheet = QuestionPage(current_file(), section, page, item)
    if sheet.closed:
        return redirect(read_address(sheet.closed), 303)
    if not sheet.step.questions:
        raise Problem("no_question")
    if sheet.journey.is_group(sheet.step):
        return group.show(sheet.journey, sheet.step)
    return (RECORDED not in request.args and _drafted(sheet)) or sheet.render(sheet.form(sheet.step.questions))


def _drafted(sheet: QuestionPage) -> str | None:
    """The page as it was left without being saved, with what its author then saw; None when nothing is to give back."""
    file = sheet.file
    kept = page_drafts.of_page(file.submission, file.role, sheet.place) if file.drafted else None
    if kept is None:
        return None
    fields: MultiDict[str, str] = MultiDict((name, value) for name, value in kept.fields)
    if any(f"seen-{one.id}" not in fields for one in sheet.step.questions):
        return None  # another question is asked there since
    form = sheet.form(answered_questions(sheet.step, fields), fields)
    seen = {field.name: fields[f"seen-{field.name}"] for field in form}
    return sheet.render(form, seen, draft=kept.kept_at) if sheet.says_more(form) else None


def keep_draft(sheet: QuestionPage) -> ResponseReturnValue:
    """What is ticked and not saved, kept for this page: its script says it when the page is hidden or left."""
    file, posted = sheet.file, request.form
    form = sheet.form(answered_questions(sheet.step, posted), posted)
    if sheet.says_more(form):
        fields = [(name, value) for name, value in posted.items(multi=True) if name not in RESERVED]
        if sum(len(name) + len(value) for name, value in fields) > LONGEST_DRAFT:
            abort(413)
        page_drafts.keep(file.submission, file.role, sheet.place, fields, now())
    else:
        sheet.drop_draft()
    return "", 204


def forget_draft(sheet: QuestionPage) -> ResponseReturnValue:
    sheet.drop_draft()
    return redirect(request.full_path, 303)


# What else a page is sent for, by its `action`: nothing of it is saved.
ASIDE = {"draft": keep_draft, "forget": forget_draft}


def receive(section: str, page: str, item: str | None) -> ResponseReturnValue:
    sheet = QuestionPage(current_file(), section, page, item)
    if sheet.closed:
        editing(sheet.file).ensure(step_keys(sheet.journey, sheet.closed))
    if sheet.journey.is_group(sheet.step):
        return group.receive(sheet.journey, sheet.step)
    posted = request.form
    questions = answered_questions(sheet.step, posted)
    refuse_strangers(questions, posted)
    if posted.get("action") in ASIDE:
        return ASIDE[posted["action"]](sheet)
    leaving = posted.get("action") == "quit"
    form = sheet.form(questions, posted, required=not leaving)
    seen = {field.name: posted.get(f"seen-{field.name}", "") for field in form}
    if posted.get("action") == "search":
        _search(form)
        return sheet.render(form, seen), 422 if form.links else 200
    if not form.validate():
        return sheet.render(form, seen), 422
    earlier = sheet.journey.asked
    try:
        save(sheet, form)
    except ConflictError as conflict:
        disputes = [_dispute(sheet, entry) for entry in conflict.entries]
        return ask(sheet.file, heading(sheet.step), disputes), 409
    except ItemGoneError:
        raise Problem("no_item") from None
    except NotSavedError:
        return sheet.render(form, seen, saved=False), 503
    sheet.drop_draft()
    if leaving:
        return redirect(url_for("respond.saved"), 303)
    return redirect(next_address(Journey(sheet.file), sheet.step, earlier), 303)


def _search(form: PageForm) -> None:
    for field in form:
        if hasattr(field, "search"):
            field.search()


def _dispute(sheet: QuestionPage, entry: FormAnswer) -> SavingConflict:
    """A question written meanwhile, with both answers."""
    question = next(one for one in sheet.step.page.questions if one.id == entry.ref.question)
    stored = sheet.shown(entry.ref.question)
    return SavingConflict(
        name=entry.ref.question,
        text=question.text,
        mine=answer_or_blank(sheet.file.questionnaire, entry.ref.question, entry.value),
        my_comment=entry.comment,
        stored=answer_or_blank(sheet.file.questionnaire, entry.ref.question, stored.value),
        stored_comment=stored.comment,
        stored_digest=sheet.seen(entry.ref.question),
    )


def read_address(step: Step) -> str:
    """Where the answers of a page that may not be changed are read."""
    return url_for("respond.check", _anchor=step.section.id)


def answered_questions(step: Step, posted: MultiDict[str, str]) -> tuple[Question, ...]:
    """The questions asked, and those of the page asked no longer that an older form still answers."""
    asked = {one.id for one in step.questions}
    return tuple(one for one in step.page.questions if one.id in asked or f"seen-{one.id}" in posted)


def refuse_strangers(questions: tuple[Question, ...], posted: MultiDict[str, str]) -> None:
    """A form of ours holds nothing but the questions of the page."""
    names = {one.id for one in questions}
    for name in posted:
        base = name.removeprefix("seen-").removeprefix("keep-")
        if name not in RESERVED and base not in names and base.split("-")[0] not in names:
            raise Problem("bad_form")


def save(sheet: QuestionPage, form: PageForm) -> bool:
    """Write what changed, with its event. ConflictError when it would overwrite what nobody saw."""

    def edit(submission: Submission) -> Change | None:
        entries = list(entries_of(sheet, form))
        merged = merge(sheet.file.questionnaire, submission, sheet.file.role, entries)
        if merged.conflicts:
            raise ConflictError(merged.conflicts)
        editing(sheet.file).ensure(merged.changed)
        if not merged.changed:
            given = (one.ref for one in entries if one.value is not None)
            return confirmation(submission, list(map(sheet.file.questionnaire.key, given)))
        named = {"questions": merged.changed}
        return Change(merged.answers, merged.comments, "answer", named, merged.authors, merged.voices)

    return change(sheet.file.submission, edit, sheet.file.role, now(), sheet.file.label)


def entries_of(sheet: QuestionPage, form: PageForm) -> Iterator[FormAnswer]:
    for field in form:
        keep = request.form.get(f"keep-{field.name}")
        if keep != KEEP_STORED:
            seen = keep or request.form.get(f"seen-{field.name}", "")
            yield FormAnswer(Ref(field.name, sheet.item), field.data, field.comment, seen)
