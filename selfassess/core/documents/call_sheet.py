"""« Lundi, dix minutes »: the sheet of a call about the first option, and the message that may go in its place.

Pure: from a report and the words of `documents.yaml`. It says nothing that the report does not, and what goes outside
holds none of the answers that a structure keeps for itself (`kept_back`, and those that élus do not read).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import shorten
from typing import Any

from selfassess.core.answers.in_words import asked_of, listed
from selfassess.core.answers.items import LABEL
from selfassess.core.answers.typed import printed
from selfassess.core.definition.document_texts import FIELD, CallLine, CallTexts
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.definition.typography import NBSP
from selfassess.core.documents.documents import structure_of
from selfassess.core.explanation.sentence import as_ours, lowered, raised
from selfassess.core.report.report import AskedBackPart, CallSheet, DevicePart, Report, Slot
from selfassess.core.report.whom_to_call import ContactPart

QUESTIONS = 3
SENTENCES = 2  # of why us
MOST_WORDS = 150  # of the message
LONGEST_NAME = 60  # letters of a name in the message
NAMED = re.compile(r"\b[A-Z]\w+\+?")
APART = re.compile(r" \([^()]*\)")
UNNAMED = re.compile(rf"[Aa]ction{NBSP}\d")
KNOWS = re.compile(r"(?:connaître|savoir) (?:(?!, et \w+(?:er|ir|re)\b).)*")  # and nothing else
TELLING = re.compile(r"\w{9,}")  # words that tell what a role is about
QUOTES = re.compile("[«»]")


def call_sheet(definitions: Definitions, report: Report) -> CallSheet | None:
    """Of the first option, as `report` shows it (in French typography; few devices are enough: those of page one). None
    where too little is known for one, or where there is nothing to open."""
    page = report.page_one
    slot = next((one for one in page.slots[:-1] if one.device), None)
    if page.silence is not None or page.nothing_first or slot is None or report.edition not in definitions.editions:
        return None
    part = next(one for one in report.devices if one.id == slot.device)
    call = slot.call or next((one for one in part.contacts if one.page or one.phone or one.email), None)
    kind = structure_of(definitions, report)
    return None if call is None else _CallWriter(definitions, report, slot, part, call, kind).sheet()


@dataclass(frozen=True)
class _CallWriter:
    definitions: Definitions
    report: Report
    slot: Slot
    part: DevicePart
    call: ContactPart
    kind: str  # the id of the type of structure; empty when it is not known

    @property
    def questionnaire(self) -> Questionnaire:
        return self.definitions.editions[self.report.edition].questionnaire

    @property
    def texts(self) -> CallTexts:
        return self.definitions.documents.call

    @cached_property
    def tags(self) -> frozenset[str]:
        vote = self.definitions.documents.decisions[self.part.id]
        return frozenset(("alive" if self.part.action else "open", *vote.tags))

    @property
    def _answers(self) -> Mapping[str, Any]:
        return self.report.origin.answers if self.report.origin else {}

    @property
    def _items(self) -> Sequence[Mapping[str, Any]]:
        return self._answers.get(self.questionnaire.group.id) or ()

    def sheet(self) -> CallSheet:
        first = self.part.contacts[0]
        questions, why = tuple(self.questions())[:QUESTIONS], tuple(self.why())[:SENTENCES]
        return CallSheet(
            device=self.part.id,
            call=self.call,
            first=first if first != self.call and not (first.page or first.phone or first.email) else None,
            opening=self.opening(),
            why=why,
            questions=questions,
            asked_back=tuple(self.asked_back()),
            subject=self.subject(),
            message=self.message(why, questions),
        )

    def opening(self) -> str:
        """Who we are, and what it is about."""
        texts, name, told = self.texts, self._name, self.report.territory_text
        rest = APART.sub("", told.removeprefix(self.report.territory).lstrip(", "))
        place = texts.place if not name else texts.known if rest else texts.named
        said = place.format(name=name, rest=rest)
        form = texts.opening_alive if self.part.action else texts.opening
        return form.format(place=said, device=_inner(self.part.short), action=self._action)

    @property
    def _name(self) -> str:
        return _short(self.report.territory) if self.report.territory_text else ""

    def subject(self) -> str:
        form = self.texts.subject_alive if self.part.action else self.texts.subject
        name = self._name or raised(self.texts.place)
        return form.format(name=name, device=_inner(self.part.short), action=self._action)

    @property
    def _action(self) -> str:
        """The living action that it is, by its name; by what it is, without one."""
        name = self.part.action or ""
        return _inner(self.part.short if UNNAMED.search(name) else name)

    def why(self) -> Iterator[str]:
        """Sentences made of our answers, the most telling first; each once."""
        reasons = list(dict.fromkeys(self.reasons()))
        if self.part.action:
            reasons = [one for one in (as_ours(self.slot.text), *reasons) if one]
        else:
            named = [one for one in reasons[1:] if QUOTES.search(one)]
            about = named or ([] if QUOTES.search("".join(reasons[:1])) else list(self.acting()))
            reasons = list(dict.fromkeys([*reasons[:1], *about[:1], *reasons]))
        yield from reasons or self.else_why()

    @property
    def _option(self) -> str:
        return self.texts.option_alive if self.part.action else self.texts.option_open

    def reasons(self) -> Iterator[str]:
        """What speaks for the option, as we say it, less what rests on an answer that we keep to ourselves."""
        favourable = [one for one in self.part.reasons if one.side == "for"]
        known = {one.text: one for one in favourable}
        served = next((one for one in favourable if one.place == f"sert-{self.part.id}"), None)  # shortened there
        for text in self.part.speaks_for:
            why = known.get(text) or served
            if why is None or why.place == "pratique" or UNNAMED.search(why.text):  # nothing to somebody outside
                continue
            said = as_ours(why.text.replace(self.texts.option, self._option))
            if said and not any(quote.question in self._kept_back for quote in why.quotes):
                yield said

    @cached_property
    def _kept_back(self) -> frozenset[str]:
        withheld = [one.question for one in self.definitions.rules.withheld]
        return frozenset((*self.texts.kept_back, *withheld))

    def acting(self) -> Iterator[str]:
        """Our actions that have a name, each with what became of it."""
        for item in self._items:
            known = self.questionnaire.every.get(self.texts.state)
            option = known.by_option.get(str(item.get(self.texts.state))) if known else None
            if item.get(LABEL) and option is not None and option.clause:
                name = _inner(_short(str(item[LABEL])))
                yield self.texts.acting.format(action=name, state=option.clause)

    def else_why(self) -> Iterator[str]:
        for name in self.texts.else_why:
            option = (
                self.questionnaire.every[name].by_option.get(str(self._answers.get(name)))
                if name in self.questionnaire.every
                else None
            )
            if option is not None and option.clause and (said := as_ours(option.clause)):
                yield f"{raised(said)}."

    def questions(self) -> Iterator[str]:
        """What was not read, the money, what the body is for unless it was asked, then what one always asks."""
        paying, asked = self.definitions.texts.page_one.paying, [] if self.part.action else list(self.unread())
        if _made_of(paying.to_ask, self.part.paying):
            asked += self.said(self.texts.to_pay)
        elif paying.advance_to_ask in self.part.paying:
            asked += self.said(self.texts.to_advance)
        yield from asked
        role = as_ours(APART.sub("", self.call.role)) or ""
        if not self.part.action and not any(one in " ".join(asked) for one in TELLING.findall(role)):
            yield (self.texts.help_know if KNOWS.fullmatch(self.call.role) else self.texts.help).format(role=role)
        yield from self.said(self.texts.always)

    def unread(self) -> Iterator[str]:
        device = next(one for one in self.definitions.devices if one.id == self.part.id).said_to(self.kind or None)
        facts = [one.text for one in device.verify.facts] if device.verify else []
        for fact in facts:
            said, body = as_ours(fact), device.verify.with_ if device.verify else ""
            form = self.texts.ask if self._is_called(body) else self.texts.ask_or
            yield form.format(fact=said, body=asked_of(as_ours(body) or body))
        if not any("appel" in one for one in facts):
            yield from (self.texts.ask.format(fact=one) for one in self.part.asks[1:])

    def _is_called(self, body: str) -> bool:
        """Is the body that knows the one that is called? Its proper names tell."""
        names = NAMED.findall(body)
        return bool(names) and all(one in self.call.name for one in names)

    def said(self, lines: Iterable[CallLine]) -> Iterator[str]:
        return (one.text for one in lines if one.said_to(self.tags, self.kind))

    def asked_back(self) -> Iterator[AskedBackPart]:
        told = self._told
        for line in self.texts.asked_back:
            mine = [one for one in line.said if one.said_to(self.tags, self.kind)]
            known = [one for one in mine if all(told.get(name) for name in FIELD.findall(one.text))]
            missing = [one.missing for one in mine if one not in known]
            yield AskedBackPart(
                asked=line.asked,
                said=" ".join(FIELD.sub(lambda found: told[found[1]], one.text) for one in known),
                to_prepare=self.texts.to_prepare.format(what=listed(missing)) if missing else "",
            )

    @cached_property
    def _told(self) -> dict[str, str]:
        """By question, the answer inside a sentence, less what says nothing; and what the report says."""
        documents, page = self.definitions.documents, self.report.page_one
        rows = [row for group in self.report.answers for row in group.rows if "." not in row.key]
        told = {row.key: lowered(row.answer) for row in rows if not row.answer.startswith(documents.silent)}
        structure = next((one for one in documents.structures if self.kind in one.types), None)
        none = self._answers.get(self.questionnaire.group.id) == []
        return told | {
            "who": self.report.territory_text,
            "executive": structure.executive if structure else "",
            "acting": page.acting or (self.texts.no_action if none else ""),
        }

    def message(self, why: tuple[str, ...], questions: tuple[str, ...]) -> str:
        """Plain text, in so many words: reasons go first, then the last question."""
        for reasons, asked in ((SENTENCES, QUESTIONS), (1, QUESTIONS), (0, QUESTIONS), (0, QUESTIONS - 1)):
            made = self._message(why[:reasons], questions[:asked])
            if len(made.split()) <= MOST_WORDS:
                break
        return made

    def _message(self, why: tuple[str, ...], questions: tuple[str, ...]) -> str:
        texts = self.texts
        asked = "\n".join(f"{at}. {one}" for at, one in enumerate(questions, 1))
        about = " ".join([self.opening(), *why])
        return "\n\n".join([texts.greeting, about, f"{texts.questions}\n{asked}", texts.closing, texts.signature])


def _made_of(form: str, text: str) -> bool:
    """Is it that sentence, with its blanks filled?"""
    return re.fullmatch(".+".join(map(re.escape, FIELD.split(form)[::2])), text) is not None


def _inner(text: str) -> str:
    """As it stands between quotation marks."""
    return text.replace(f"«{NBSP}", "“").replace(f"{NBSP}»", "”")


def _short(name: str) -> str:
    """A name that leaves room for the rest."""
    return printed(shorten(name, LONGEST_NAME, placeholder="…").replace(",…", "…"))
