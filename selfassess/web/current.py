"""The file this browser has opened, to fill in or only to read: found by the token of its cookie, once a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g, session

from selfassess.core.answers import ITEM_ID as ITEM_ID
from selfassess.core.definition import Questionnaire
from selfassess.core.reading import Edition
from selfassess.core.review import CONTRIBUTOR, PREVIEW, READER, RESPONDENT, may
from selfassess.store.acts import Actor
from selfassess.store.models import Submission
from selfassess.store.submissions import find_link
from selfassess.web.definitions import library
from selfassess.web.errors import Problem
from selfassess.web.fitting import fit

TOKEN = "token"  # noqa: S105  the key of the session, not a secret
READING = "reading"  # the token of a reader's link: opening one must not close the file one fills in
COORDINATION = "Coordination du PAT"  # how a respondent is named


@dataclass(frozen=True)
class File:
    """`answers` is what the engine reads: the stored answers, without the ids of the items.

    `role` is respondent, contributor (then `section` is the one it fills in) or reader; `label` says who that is.
    """

    submission: Submission
    edition: Edition
    role: str
    token: str = field(repr=False)
    section: str | None = None
    label: str = COORDINATION

    @property
    def actor(self) -> Actor:
        return Actor(self.role, self.label)

    def may(self, act: str) -> bool:
        """Is that act of `core.review` open to who holds this file, in its present state?"""
        return may(act, self.role, self.submission.state)

    @property
    def questionnaire(self) -> Questionnaire:
        return self.edition.questionnaire

    @property
    def answers(self) -> dict[str, Any]:
        return plain(self.questionnaire, self.submission.answers)

    @property
    def comments(self) -> dict[str, str]:
        return self.submission.comments


def plain(questionnaire: Questionnaire, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as the engine reads them."""
    group = questionnaire.group.id
    if group not in stored:
        return dict(stored)
    items = [{key: value for key, value in item.items() if key != ITEM_ID} for item in stored[group]]
    return {**stored, group: items}


def open_file() -> File | None:
    """The file this browser fills in, or None: no cookie, link revoked, file deleted, edition this site has no more."""
    if "file" not in g:
        g.file = _open(session.get(TOKEN), (RESPONDENT, CONTRIBUTOR))
    found: File | None = g.file
    return found


def current_file() -> File:
    """The file this browser fills in, or the page that says how to open one."""
    found = open_file()
    if found is None:
        raise Problem(g.get("why_not", "no_file"))
    return found


def current_reading() -> File:
    """The file this browser only reads, by a reader's link, or the page that says why not."""
    if "reading" not in g:
        g.reading = _open(session.get(READING), (READER,))
    found: File | None = g.reading
    if found is None or not found.may("read_report"):
        raise Problem("withdrawn" if found else g.get("why_not", "no_reading"))
    return found


def _open(token: Any, roles: tuple[str, ...]) -> File | None:
    link = find_link(token) if isinstance(token, str) else None
    if link is None or link.role not in roles:
        return None
    if link.revoked_at is not None:
        g.why_not = "revoked"
        return None
    if link.submission is None:
        g.why_not = "deleted"
        return None
    edition = library().definitions.editions.get(link.submission.edition)
    if edition is None:
        g.why_not = "draft_gone" if link.submission.state == PREVIEW else "no_edition"
        return None
    if link.submission.state == PREVIEW:
        fit(link.submission, edition.questionnaire)
    return File(link.submission, edition, link.role, str(token), link.section, link.label or COORDINATION)
