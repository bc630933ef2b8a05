"""The journal of questions and rules (`questions/JOURNAL.md`): what changed in each edition, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from selfassess.content.reader import FaultyError, Problem
from selfassess.core.definition.typography import typeset

FILE = "JOURNAL.md"


@dataclass(frozen=True)
class Entry:
    """One edition's part: its heading (« 2026-1 (novembre 2026) ») and its paragraphs, a list's items among them."""

    title: str
    paragraphs: tuple[str, ...]


def read_journal(root: Path) -> tuple[Entry, ...]:
    """The entries of the journal under `root`, in the file's order; none when there is no journal.

    FaultyError: it is not written in UTF-8.
    """
    path = root / FILE
    if not path.is_file():
        return ()
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise FaultyError([Problem(FILE, line, 1, "Le journal n'est pas écrit en UTF-8.")]) from error
    found = []
    for part in re.split(r"^## +", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        cut = re.split(r"\n\s*\n|\n(?=[-*] )", body.strip())
        paragraphs = (typeset(" ".join(re.sub(r"^[-*] +", "", one).split())).replace("`", "") for one in cut)
        found.append(Entry(typeset(title.strip()), tuple(one for one in paragraphs if one)))
    return tuple(found)
