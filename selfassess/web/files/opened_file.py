"""The file that an address names, to fill in or only to read: found once a request, by a link this browser has opened.

Addresses of a file carry its reference: `register` takes it out of them before a page is called, and puts it back into
those that the page writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from flask import Flask, g, request
from werkzeug.routing import BaseConverter

from selfassess.core.answers.items import Answers
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.review.acts import (
    CONTRIBUTOR,
    PREVIEW,
    READER,
    RESPONDENT,
    may,
)
from selfassess.store.acts import Actor
from selfassess.store.models import Submission
from selfassess.store.submissions import ALPHABET, find_file, relatives
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.files.open_links import SLOTS, files, tokens
from selfassess.web.files.trial_adaptation import fit

NAMED = "file"  # in an address: the reference of the file it belongs to
COORDINATION = "Coordination du PAT"  # how a respondent is named


@dataclass(frozen=True)
class File:
    """`role` is respondent, contributor (then `sections` are those it fills in, awaited on the day `due`) or reader;
    `label` says who that is. `networks`: there are some to send it to; `drafted`: a page of it keeps a draft;
    `shared`: a service was given a part of it; `whole`: a reader sees the whole report, else its version for élus.
    `held_as`: the reference of the file whose link opened it, when it is another of the same territory's sendings."""

    submission: Submission
    edition: Edition
    role: str
    token: str = field(repr=False)
    sections: tuple[str, ...] = ()
    label: str = COORDINATION
    due: date | None = None
    networks: bool = False
    drafted: bool = False
    shared: bool = False
    whole: bool = True
    held_as: str = ""

    @property
    def copied(self) -> bool:
        """Is it the frozen copy of a file, for another network?"""
        return self.submission.twin_of is not None

    def fills_in(self, section: str) -> bool:
        """Is that section its holder's to answer?"""
        return not self.sections or section in self.sections

    @property
    def actor(self) -> Actor:
        return Actor(self.role, self.label)

    def may(self, act: str) -> bool:
        """Is that act of `core.review.acts` open to who holds this file, in its present state?"""
        return may(act, self.role, self.submission.state, copied=self.copied)

    @property
    def questionnaire(self) -> Questionnaire:
        return self.edition.questionnaire

    @property
    def territory(self) -> str:
        """As named in the answers; empty until then."""
        return str(self.place.get("name", ""))

    @property
    def place(self) -> Mapping[str, object]:
        """The answer that tells the territory; empty until then."""
        given = self.answers.get(self.questionnaire.territory.id)
        return given if isinstance(given, Mapping) else {}

    @property
    def answers(self) -> Answers:
        return self.submission.answers

    @property
    def comments(self) -> dict[str, str]:
        return self.submission.comments


LETTER = f"[{ALPHABET}{ALPHABET.lower()}]"
REFERENCE = f"[Pp][Aa][Tt]-{LETTER}{{4}}-{LETTER}{{4}}"


class ReferenceConverter(BaseConverter):
    """« PAT-7K3M-9Q2X », typed in lower case too."""

    regex = REFERENCE

    def to_python(self, value: str) -> str:
        return value.upper()


def register(app: Flask) -> None:
    app.url_map.converters[NAMED] = ReferenceConverter

    @app.url_value_preprocessor
    def take(endpoint: str | None, values: dict[str, object] | None) -> None:
        g.reference = values.pop(NAMED, None) if values else None

    @app.url_defaults
    def give(endpoint: str, values: dict[str, object]) -> None:
        if NAMED not in values and g.get("reference") and app.url_map.is_endpoint_expecting(endpoint, NAMED):
            values[NAMED] = g.reference


def current_file() -> File:
    """The file that the address names, to fill in; or the page that says why it does not open."""
    if "file" not in g:
        g.file = _file(g.reference, RESPONDENT, CONTRIBUTOR) or _by_relative(g.reference)
    return _or_problem(g.file, "let_go" if request.method == "POST" else "no_file")


def current_reading() -> File:
    """The file that the address names, to read by a reader's link, whatever else this browser has open of it."""
    if "reading" not in g:
        g.reading = _file(g.reference, READER)
    found = _or_problem(g.reading, "reading_let_go" if request.method == "POST" else "no_reading")
    if not found.may("read_report"):
        raise Problem("withdrawn")
    return found


def opened_files(*roles: str) -> list[File]:
    """What this browser has open, the last opened first: each file once, by its link with the most rights.

    With `roles`, by links of those roles alone.
    """
    every = (_file(one[0], *(roles or SLOTS)) for one in reversed(files()))
    return [one for one in every if isinstance(one, File)]


def _or_problem(found: File | str, unheld: str) -> File:
    """What was not opened here, or no more, is told with its name: what a form holds is kept, to be sent again."""
    if isinstance(found, File):
        return found
    lost = {"", "revoked"} if request.method == "POST" else {""}
    raise Problem(unheld if found in lost else found, g.reference)


def _file(reference: str, *roles: str) -> File | str:
    """By the first of the roles whose link opens it; otherwise why not, "" when this browser holds none."""
    held, why = tokens(reference), ""
    for role in roles:
        if role in held:
            found = _opened(held[role])
            if isinstance(found, File):
                return found
            why = why or found
    return why


def _by_relative(reference: str) -> File | str:
    """A sending opened by the link of another of the same file: who holds one, holds them all."""
    held = {one[0] for one in files()}
    every = relatives(reference) if held else []
    wanted = next((one for one in every if one.reference == reference), None)
    for one in every:
        found = _file(one.reference, RESPONDENT) if one.reference in held else ""
        if wanted is not None and isinstance(found, File):
            edition = library().definitions.editions.get(wanted.edition)
            if edition is None:
                return "no_edition"
            return replace(
                found, submission=wanted, edition=edition, drafted=False, shared=False, held_as=one.reference
            )
    return ""


def _opened(token: str) -> File | str:
    """The file of a link, or why it does not open."""
    found = find_file(token)
    if found is None or found.link.revoked_at is not None:
        return "revoked"
    link = found.link
    if link.submission is None:
        return "deleted"
    edition = library().definitions.editions.get(link.submission.edition)
    if edition is None:
        return "draft_gone" if link.submission.state == PREVIEW else "no_edition"
    if link.submission.state == PREVIEW:
        fit(link.submission, edition.questionnaire)
    return File(
        link.submission,
        edition,
        link.role,
        token,
        tuple((link.section or "").split()),
        link.label or COORDINATION,
        link.due,
        found.networks,
        found.drafted,
        found.shared,
        link.whole,
    )
