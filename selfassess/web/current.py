"""The file this browser has opened: found by the token of its signed cookie, once per request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g, session

from selfassess.core.definition import Questionnaire
from selfassess.core.reading import Edition
from selfassess.store.models import Submission
from selfassess.store.submissions import find_link
from selfassess.web.errors import Problem
from selfassess.web.library import library

TOKEN = "token"  # noqa: S105  the key of the session, not a secret
ITEM_ID = "_id"  # in the stored items only: no question may have this id


@dataclass(frozen=True)
class File:
    """`answers` is what the engine reads: the stored answers, without the ids of the items."""

    submission: Submission
    edition: Edition
    role: str
    token: str = field(repr=False)

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
    """The file of this browser, or None: no cookie, link revoked, file deleted, edition this site has no more."""
    if "file" not in g:
        g.file = _open(session.get(TOKEN))
    found: File | None = g.file
    return found


def current_file() -> File:
    """The file of this browser, or the page that says how to open one."""
    found = open_file()
    if found is None:
        raise Problem(g.get("why_not", "no_file"))
    return found


def _open(token: Any) -> File | None:
    link = find_link(token) if isinstance(token, str) else None
    if link is None or link.revoked_at is not None:
        return None
    if link.submission is None:
        g.why_not = "deleted"
        return None
    edition = library().definitions.editions.get(link.submission.edition)
    if edition is None:
        g.why_not = "no_edition"
        return None
    return File(link.submission, edition, link.role, str(token))
