"""What happens to a file of the demonstration, by the same functions as on the site; only the time is given.

Apart: what people do to a file, act by act; `demo` decides who and when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import delete, inspect

from selfassess.content.demonstration import DemoFile, Demonstration, Territory
from selfassess.core.answers import two_roles
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.report.report import CategoryPart, Report
from selfassess.core.report.reviewed_page import NOTHING
from selfassess.core.report.slots import advised
from selfassess.core.review.acts import (
    CONTRIBUTOR,
    FACILITATOR,
    READER,
    RESPONDENT,
)
from selfassess.store import file_list, mails
from selfassess.store.acts import Actor, Outcome, perform
from selfassess.store.models import Event, Facet, Facilitator, Link, Network, Submission
from selfassess.store.submissions import Change, change, events, new_token, token_hash
from selfassess.store.territories.copies import copy
from selfassess.web.commands.demo_answers import AnswerChooser
from selfassess.web.files.answer_names import section_of
from selfassess.web.files.opened_file import COORDINATION
from selfassess.web.report.submission_record import asked, declaration, declared_report
from selfassess.web.report.visibility import validated
from selfassess.web.respond.merge import (
    FormAnswer,
    copied,
    merge,
    read,
    seen_digest,
    write,
)

ANSWERS = 2  # questions that the other service answers differently


@dataclass(frozen=True)
class Desk:
    """A network, and who follows its territories."""

    network: Network
    me: Facilitator

    @property
    def actor(self) -> Actor:
        return Actor(FACILITATOR, self.me.label, self.me.id)


@dataclass
class Story:
    """A file and who acts on it. `tokens`: of the links given, by role; `other`: the network that copies go to."""

    demo: Demonstration
    chooser: AnswerChooser
    territory: Territory
    planned: DemoFile
    desk: Desk
    other: Desk
    file: Submission
    tokens: dict[str, str]

    @property
    def edition(self) -> Edition:
        return self.chooser.edition

    @property
    def questionnaire(self) -> Questionnaire:
        return self.edition.questionnaire

    @property
    def random(self) -> Random:
        return self.chooser.random

    @property
    def coordination(self) -> Actor:
        return Actor(RESPONDENT, COORDINATION)

    @property
    def keys(self) -> list[str]:
        """Of the questions asked outside items."""
        return [key for key in asked(self.file, self.edition) if "." not in key]

    def act(
        self,
        name: str,
        actor: Actor,
        at: datetime,
        data: Mapping[str, object],
        *,
        values: Mapping[str, object] | None = None,
        rows: Iterable[object] = (),
        mail: str = "",
        to_network: str = "",
    ) -> None:
        """`mail`, `to_network`: kinds of the messages to the territory, to the network."""

        def written(event: Event) -> Iterator[object]:
            yield from rows
            yield from mails.to_respondent(self.file, mail, event) if mail else ()
            yield from mails.to_network(self.file, to_network, event) if to_network else ()

        perform(self.file, name, actor, at, lambda found: Outcome(data, values or {}, written))

    def declare(
        self, name: str, at: datetime, data: Mapping[str, object], kinds: tuple[str, str], **values: object
    ) -> None:
        """Send the file, for the first time or again. `kinds`: of the messages to the territory, to the network."""

        def make(found: Submission) -> Outcome:
            made = declaration(found, self.edition, name, at, **values)

            def rows(event: Event) -> Iterator[object]:
                yield from made.rows(event)
                yield from mails.to_respondent(found, kinds[0], event) if kinds[0] else ()
                yield from mails.to_network(found, kinds[1], event)

            return Outcome(data, made.values, rows)

        perform(self.file, name, self.coordination, at, make)

    def say(self, role: str, actor: str, at: datetime, said: Mapping[str, tuple[object, str]]) -> None:
        """Answer questions, as a form of that role would."""

        def edit(found: Submission) -> Change:
            entries = []
            for key, (value, comment) in said.items():
                shown = read(self.questionnaire, found, Ref(key)).shown(role)
                entries.append(FormAnswer(Ref(key), value, comment, seen_digest(shown.value, shown.comment)))
            made = merge(self.questionnaire, found, role, entries)
            return Change(made.answers, made.comments, "answer", {"questions": made.changed}, made.authors, made.voices)

        change(self.file, edit, role, at, actor)

    def others(self, keys: Iterable[str]) -> dict[str, object]:
        """Other answers to these questions, that say something and agree with all the rest."""
        found, answers = {}, dict(self.file.answers)
        for key in keys:
            question, given = self.questionnaire.questions[key], answers.get(key)
            taken = [given] if isinstance(given, str) else list(given or ())
            left = [one.id for one in question.options if not (one.unknown or one.exclusive) and one.id not in taken]
            tried = (
                [one, *taken[1:]] if not question.is_single else one for one in self.random.sample(left, len(left))
            )
            found[key] = next(
                (one for one in tried if self.chooser.agrees(self.territory, {**answers, key: one})), given
            )
            answers[key] = found[key]
        return found


# ---- The territory's side -------------------------------------------------------------------------------------------


def service(story: Story, at: datetime) -> None:
    """The other service is given its section, and answers some of it differently."""
    wanted, token = story.demo.service, new_token()
    link = Link(hash=token_hash(token), submission_id=story.file.id, role=CONTRIBUTOR, created_at=at)
    link.section, link.label = wanted.section, wanted.label
    data = {"role": CONTRIBUTOR, "section": wanted.section, "label": wanted.label}
    story.act("share", story.coordination, at, data, rows=[link])
    story.tokens[CONTRIBUTOR] = token
    mine = [key for key in story.keys if _in_section(story, key, wanted.section) and story.file.answers.get(key)]
    theirs = story.others([key for key in mine if story.questionnaire.questions[key].options][-ANSWERS:])
    story.say(CONTRIBUTOR, wanted.label, at, {key: (value, "") for key, value in theirs.items()})
    told = {"label": wanted.label, "section": wanted.section}
    story.act("finish", Actor(CONTRIBUTOR, wanted.label), at, told)


def _in_section(story: Story, key: str, section: str) -> bool:
    found = section_of(story.questionnaire, key)
    return found is not None and found.id == section


def choose(story: Story, at: datetime) -> None:
    """One after the other, the answer that stands where the two services differ."""
    for key, kept in list(story.file.voices.items()):
        if kept.get(two_roles.CHOSEN) is not None:
            continue
        role = story.random.choice([RESPONDENT, CONTRIBUTOR])
        merged, ref = copied(story.file), Ref.of(key)
        write(story.questionnaire, merged, ref, two_roles.choose(read(story.questionnaire, merged, ref), role))
        values = {name: getattr(merged, name) for name in ("answers", "comments", "authors", "voices")}
        more = {"version": story.file.version + 1, "saved_at": at}
        story.act("choose", story.coordination, at, {"key": key, "chosen": role}, values={**values, **more})


def send(story: Story, at: datetime) -> None:
    data = {"network": story.desk.network.name}
    story.declare("send", at, data, ("receipt", "arrived"), network_id=story.desk.network.id, email=_email(story))


def _email(story: Story) -> str | None:
    """One territory in two leaves an address."""
    return f"{story.file.reference.lower()}@demo.example" if story.random.random() < 1 / 2 else None


def answer(story: Story, at: datetime) -> None:
    """What was asked is answered: changed, or said more about."""
    event = next(one for one in reversed(events(story.file)) if one.kind == "request")
    said = story.others(event.data["questions"])
    story.say(RESPONDENT, COORDINATION, at, {key: (value, story.demo.answer) for key, value in said.items()})


def resubmit(story: Story, at: datetime) -> None:
    story.declare("resubmit", at, {}, ("", "resubmitted"))


def withdraw(story: Story, at: datetime) -> None:
    story.act("withdraw", story.coordination, at, {"network": story.desk.network.name}, to_network="withdrawn")


def restart(story: Story, at: datetime) -> None:
    nothing = dict.fromkeys(("network_id", "declared", "sent_at", "assigned_id"))
    rows = [delete(Facet).where(Facet.submission_id == story.file.id)]
    story.act("restart", story.coordination, at, {}, values=nothing, rows=rows)


def lend(story: Story, at: datetime) -> None:
    """A link for a reader."""
    token, label = new_token(), story.demo.reader
    link = Link(hash=token_hash(token), submission_id=story.file.id, role=READER, created_at=at, label=label)
    data = {"role": READER, "section": None, "label": label}
    story.act("share", story.coordination, at, data, rows=[link])
    story.tokens[READER] = token


def send_too(story: Story, at: datetime) -> None:
    """A copy, as it was last sent, to another network."""
    network, file = story.other.network, story.file

    def rows(_: Event) -> Iterator[object]:
        made, sent = copy(file, network, file.place, story.coordination, at)
        yield from mails.to_respondent(made, "receipt", sent)
        yield from mails.to_network(made, "arrived", sent)

    perform(file, "send_too", story.coordination, at, lambda found: Outcome({"network": network.name}, rows=rows))


def agenda(story: Story, at: datetime) -> None:
    """Of the decisions page one offers once validated, the territory opens nothing."""
    story.act("agenda", story.coordination, at, {"choice": NOTHING})


# ---- The network's side ---------------------------------------------------------------------------------------------


def look(story: Story, at: datetime) -> None:
    file_list.look(story.desk.me.id, story.file.id, at)


def assign(story: Story, at: datetime) -> None:
    story.act("assign", story.desk.actor, at, {"to": story.desk.me.label}, values={"assigned_id": story.desk.me.id})


def set_aside(story: Story, at: datetime) -> None:
    story.act("set_aside", story.desk.actor, at, {}, values={"aside": True})


def take_back(story: Story, at: datetime) -> None:
    story.act("take_back", story.desk.actor, at, {}, values={"aside": False})


def comment(story: Story, at: datetime) -> None:
    for key, text in story.demo.remarks.items():
        if key in story.keys:
            story.act("comment", story.desk.actor, at, {"key": key, "text": text})


def comment_all(story: Story, at: datetime) -> None:
    story.act("comment", story.desk.actor, at, {"key": "", "text": story.demo.remark})


def request(story: Story, at: datetime) -> None:
    wanted = story.random.choice(story.demo.requests)
    data = {"questions": [key for key in wanted.questions if key in story.keys], "message": wanted.message}
    story.act("request", story.desk.actor, at, data, mail="clarification")


def cancel(story: Story, at: datetime) -> None:
    story.act("cancel", story.desk.actor, at, {"reason": story.demo.cancel}, mail="cancelled")


def confirm(story: Story, at: datetime) -> None:
    """The network's own reading is the declared one."""
    said = {one.id: {"retained": one.verdict == "assigned", "reason": ""} for one in _settled(_report(story))}
    for one in [one for one in said.values() if one["retained"]][:1]:
        one["reason"] = story.demo.confirm
    _judge(story, at, said, [])


def judge(story: Story, at: datetime) -> None:
    """The network reads a category otherwise where it can, and advises another order."""
    report = _report(story)
    said = {one.id: {"retained": one.verdict == "assigned", "reason": ""} for one in _settled(report)}
    *others, rest = report.categories
    doubtful = [one for one in others if one.verdict == "undecided"]
    kept = [one for one in others if one.verdict == "assigned"]
    if rest.verdict != "assigned" and doubtful:
        said[doubtful[0].id] = {"retained": True, "reason": story.demo.add}
    elif len(kept) > 1:
        said[kept[-1].id] = {"retained": False, "reason": story.demo.drop}
    elif kept:
        more = max((one for one in others if one not in kept), key=lambda one: one.high or 0)
        said[more.id] = {"retained": True, "reason": story.demo.add}
    _judge(story, at, said, list(reversed(advised(report))))


def _judge(story: Story, at: datetime, said: Mapping[str, Mapping[str, object]], devices: list[str]) -> None:
    changed = devices != list(advised(_report(story))) and len(devices) > 1
    data = {
        "categories": said,
        "devices": devices if changed else [],
        "order_reason": story.demo.order if changed else "",
        "advice": story.random.choice(story.demo.advice),
    }
    story.act("judge", story.desk.actor, at, data)


def _settled(report: Report) -> list[CategoryPart]:
    return [one for one in report.categories if one.verdict != "undecided"]


def _report(story: Story) -> Report:
    return declared_report(story.file)


def correct(story: Story, at: datetime) -> None:
    """A slip of the pen in a comment."""
    typo = story.demo.typo
    data = {"key": typo.question, "before": typo.before, "after": typo.after, "kind": "comment"}

    def make(found: Submission) -> Outcome:
        columns = {one.key: getattr(found, one.key) for one in inspect(Submission).column_attrs}
        fixed = Submission(**{**columns, "comments": {**found.comments, typo.question: typo.after}})
        texts = {"comments": fixed.comments, "version": found.version + 1}
        made = declaration(fixed, story.edition, "correct", at, **texts)

        def rows(event: Event) -> Iterator[object]:
            yield from made.rows(event)
            yield from mails.to_respondent(found, "corrected", event)

        return Outcome(data, made.values, rows)

    perform(story.file, "correct", story.desk.actor, at, make)


def validate(story: Story, at: datetime) -> None:
    made = validated(story.file, story.edition, story.desk.me.label, at)
    story.act("validate", story.desk.actor, at, made.data, rows=made.rows(Event()), mail="validated")


def reopen(story: Story, at: datetime) -> None:
    story.act("reopen", story.desk.actor, at, {"reason": story.demo.reopen}, mail="reopened")


STEPS: dict[str, Callable[[Story, datetime], None]] = {
    step.__name__: step
    for step in (
        service, choose, send, answer, resubmit, withdraw, restart, lend, send_too, agenda,
        look, assign, set_aside, take_back, comment, comment_all,
        request, cancel, confirm, judge, correct, validate, reopen,
    )
}  # fmt: skip  # the steps of one side a line
