"""What this browser has open: the links it has followed, by file, in its cookie. A reference alone opens nothing."""

from __future__ import annotations

from datetime import datetime

from flask import session

from selfassess.core.review.acts import CONTRIBUTOR, READER, RESPONDENT
from selfassess.store.submissions import find_link

LINKS = "links"  # of the session: [reference, a token or "" for each of SLOTS], the file opened longest ago first
SLOTS = (RESPONDENT, CONTRIBUTOR, READER)  # of two links of one file, the first acts
MOST_FILES = 20  # so that the cookie keeps under 4 KB: a browser drops a longer one whole
RENEWED = "renewed"  # the day the cookie was last written to be kept longer
FORMER = ("token", "reading")  # one file to fill in and one to read, before addresses named theirs


def files() -> list[list[str]]:
    """[reference, token, token, token] of every file this browser has open, the newest last."""
    for name in FORMER:  # a cookie of before: it keeps what it had open
        token = session.pop(name, None)
        link = find_link(token) if isinstance(token, str) else None
        if link is not None and link.submission is not None:
            remember(link.submission.reference, link.role, token)
    found: list[list[str]] = session.get(LINKS, [])
    return found


def remember(reference: str, role: str, token: str) -> None:
    """This browser has opened that link of a file. Past MOST_FILES, the file opened longest ago goes."""
    kept = session.get(LINKS, [])
    mine = next(([*one] for one in kept if one[0] == reference), [reference, *("" for _ in SLOTS)])
    mine[1 + SLOTS.index(role)] = token
    session[LINKS] = [*(one for one in kept if one[0] != reference), mine][-MOST_FILES:]
    session.permanent = True


def next_to_close() -> str | None:
    """The reference of the file that opening a further one closes, if any."""
    kept = files()
    return kept[0][0] if len(kept) >= MOST_FILES else None


def forget(reference: str | None = None) -> None:
    """Close one file, or all. Whoever is also logged in as a facilitator stays so."""
    session[LINKS] = [one for one in files() if reference is not None and one[0] != reference]


def keep_longer(at: datetime) -> None:
    """The browser remembers its files for as long again: written once a day, since a cookie sent while another tab
    opens a file would close it."""
    day = at.date().isoformat()
    if session.get(RENEWED) != day:
        session[RENEWED] = day


def tokens(reference: str) -> dict[str, str]:
    """{role: token} of what this browser has open of that file."""
    mine = next((one for one in files() if one[0] == reference), None)
    return {} if mine is None else {role: token for role, token in zip(SLOTS, mine[1:], strict=True) if token}
