"""Where a file stands on its path: the pages asked, their addresses, what is before and after each."""

from __future__ import annotations

from functools import cached_property
from typing import TypedDict, Unpack

from flask import request, url_for

from selfassess.core.answers import path
from selfassess.core.answers.answers import View
from selfassess.core.answers.in_words import item_name
from selfassess.core.answers.items import LABEL
from selfassess.core.answers.path import Step
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.questionnaire import Page, Question, Section
from selfassess.web.errors import Problem
from selfassess.web.files.answer_names import told_apart
from selfassess.web.files.opened_file import File
from selfassess.web.files.who_answered import services_of
from selfassess.web.french import french

# What `retour` says of a question's address: the page to come back to, and where on it.
BACK_TO_CHECK, BACK_TO_REQUEST, BACK_TO_RESULT, BACK_TO_GAPS = "verifier", "precisions", "resultat", "lacunes"
BACK = {
    BACK_TO_CHECK: ("respond.check", None),
    BACK_TO_REQUEST: ("respond.clarification", None),
    BACK_TO_RESULT: ("report.result", None),
    BACK_TO_GAPS: ("report.result", "lacunes"),
}
Key = tuple[str, str, str | None]  # section, page, item
AskedQuestions = frozenset[tuple[Key, str]]


class WayBack(TypedDict, total=False):
    """What the address of a question remembers: the page to come back to (a key of `BACK`), the pages to answer
    before (`section/page`, or `section/item/page`)."""

    retour: str
    puis: str


def anchor(question: str) -> str:
    """Where a question begins on its page: above its words, not on its first field, which would hide them."""
    return f"question-{question}"


class Journey:
    def __init__(self, file: File) -> None:
        self.file = file
        self.questionnaire = file.questionnaire
        self.group = file.questionnaire.group
        self.services = services_of(file.submission, file.questionnaire)
        self.view = View(
            file.questionnaire, file.answers, file.edition.typology.conditions, disputed=self.services.disputed
        )
        self.steps = path.steps(self.view)

    @property
    def items(self) -> tuple[str, ...]:
        """The ids of the items of the group, in their order."""
        return tuple(self.view.positions)

    @cached_property
    def unanswered(self) -> list[tuple[Step, Question]]:
        """A question two services answered differently waits for a choice, not for an answer."""
        return [
            (step, question)
            for step, question in path.unanswered(self.view)
            if Ref(question.id, step.item) not in self.view.disputed
        ]

    def mine(self, step: Step) -> bool:
        """Is it a page of whoever holds the file? A contributor has those of some sections."""
        return self.file.fills_in(step.section.id)

    @cached_property
    def group_place(self) -> tuple[Section, Page]:
        """The section and the page of the repeated group."""
        pages = ((section, page) for section in self.questionnaire.sections for page in section.pages)
        return next((section, page) for section, page in pages if page.questions[0].id == self.group.id)

    def ensure(self, item: str | None) -> None:
        """Raises the page that says an item was taken away."""
        if item is not None and item not in self.items:
            raise Problem("no_item")

    def name(self, item: str) -> str:
        return told_apart(self.questionnaire, self.view.answers, item, item_name(self.view, item))

    def about(self, item: str | None) -> str:
        """The name of the item that a page or an answer is about; empty for the territory's."""
        return "" if item is None else self.name(item)

    def label(self, item: str) -> str:
        return str(self.view.given(Ref(LABEL, item)) or "")

    def step(self, section: str, page: str, item: str | None = None) -> Step | None:
        """The page of that address if it is asked."""
        return next((one for one in self.steps if key(one) == (section, page, item)), None)

    def defined(self, section: str, page: str, item: str | None = None) -> Step:
        """The page of that address, asked or not; the page that says it is unknown otherwise."""
        asked = self.step(section, page, item)
        if asked is not None:
            return asked
        for candidate in self.questionnaire.sections:
            pages = candidate.pages if item is None else self.questionnaire.item.pages
            found = next((one for one in pages if one.id == page), None)
            if candidate.id == section and found is not None and (item is None or candidate is self.group_place[0]):
                return Step(candidate, found, (), item)
        raise Problem("no_question")

    def url(self, step: Step, *, at: str | None = None, **way: Unpack[WayBack]) -> str:
        """The address of a page, at the question `at` if one is told."""
        section, page, place = step.section.id, step.page.id, anchor(at) if at else None
        if step.item is None:
            return url_for("respond.question", section=section, page=page, _anchor=place, **way)
        return url_for("respond.item_question", section=section, page=page, item=step.item, _anchor=place, **way)

    def url_of(self, ref: Ref, **way: Unpack[WayBack]) -> str | None:
        """The address of one question, with its anchor; None when it is not asked."""
        for step in self.steps:
            if ref in step.refs:
                return self.url(step, at=ref.question, **way)
        return None

    def group_url(self, **way: Unpack[WayBack]) -> str:
        section, page = self.group_place
        return url_for("respond.question", section=section.id, page=page.id, **way)

    def before(self, step: Step) -> str:
        """The address of the page before; the group's for what follows an item; the task list when there is none."""
        mine = [one for one in self.steps[: self._position(step)] if self.mine(one)]
        if not mine:
            return url_for("respond.tasks")
        earlier = mine[-1]
        return self.group_url() if earlier.item not in {None, step.item} else self.url(earlier)

    def after(self, step: Step) -> str:
        """The address of the page after (also when `step` itself is asked no longer); at the end, the check page, or
        the one that thanks a contributor.

        An item done leads back to the group, where another may be added; the group leads to items left unfinished.
        """
        at = self._position(step)
        later = self.steps[at + 1 :] if self.step(*key(step)) else self.steps[at:]
        if step.item is not None and (not later or later[0].item != step.item):
            return self.group_url()
        if self.is_group(step):
            waiting = {key(one) for one, _ in self.unanswered}
            later = [one for one in later if one.item is None or key(one) in waiting]
        mine = [one for one in later if self.mine(one)]
        if mine:
            return self.url(mine[0])
        return url_for("respond.ended" if self.file.sections else "respond.check")

    def is_group(self, step: Step) -> bool:
        """Is it the page where items are listed and added?"""
        return step.item is None and step.page is self.group_place[1]

    def _position(self, step: Step) -> int:
        """The position on the path; for a page off the path, where it would stand."""
        keys = [key(one) for one in self.steps]
        if key(step) in keys:
            return keys.index(key(step))
        order = [(one.id, page.id) for one in self.questionnaire.sections for page in one.pages]
        place = (step.section.id, step.page.id)
        if place not in order:
            place = (self.group_place[0].id, self.group_place[1].id)
        rank = {place: at for at, place in enumerate(order)}
        group = rank[(self.group_place[0].id, self.group_place[1].id)]
        return sum(1 for section, page, _ in keys if rank.get((section, page), group) < rank[place])

    def opened_since(self, earlier: AskedQuestions) -> list[Step]:
        """Pages with a question to answer that was not asked earlier, in order."""
        waiting = {key(step) for step, question in self.unanswered if (key(step), question.id) not in earlier}
        return [step for step in self.steps if key(step) in waiting and self.mine(step)]

    @property
    def asked(self) -> AskedQuestions:
        """The questions asked, each with the key of its page."""
        return frozenset((key(step), question.id) for step in self.steps for question in step.questions)


def key(step: Step) -> Key:
    return step.section.id, step.page.id, step.item


def address(back: str) -> str:
    """The page that a key of `BACK` names."""
    endpoint, anchor = BACK[back]
    return url_for(endpoint, _anchor=anchor)


def kept_way_back() -> WayBack:
    """What the next address must remember of this one."""
    kept = WayBack()
    if "retour" in request.args:
        kept["retour"] = request.args["retour"]
    if "puis" in request.args:
        kept["puis"] = request.args["puis"]
    return kept


def heading(step: Step) -> str:
    """The words at the head of a page: its only question, or the title it has for several."""
    if len(step.questions) == 1 or step.page.title is None:
        return (step.questions or step.page.questions)[0].text
    return step.page.title


NOT_SAVED = french(
    "Vos réponses n'ont pas pu être enregistrées. Elles sont encore dans cette page : gardez-la ouverte, attendez une "
    "minute, puis choisissez de nouveau « Continuer »."
)


def summary(name: str, error: str | None, saved: bool = True) -> list[dict[str, str]]:
    """Lines of the error summary of a page with one field: what is wrong with it, what could not be saved."""
    lines = [] if saved else [{"href": "#question-form", "text": NOT_SAVED}]
    return [*lines, {"href": f"#{name}", "text": error}] if error else lines
