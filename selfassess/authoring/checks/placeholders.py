"""Blanks of the sentences, `{name}`: those that are filled where each stands, and braces that close."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selfassess.authoring.checks.condition_checks import CheckedEdition
from selfassess.core.definition.report_texts import BLANK
from selfassess.core.definition.strict import Blanks, KeyPath, Strict, walk

QUESTIONS_FILL = "sentences"  # the blanks of these texts are questions: `cross_checks` knows them


class DefinedText(NamedTuple):
    """A text of a definition: where it stands, and the blanks its field declares."""

    path: KeyPath
    text: str
    blanks: Blanks


def check_blanks(checked: CheckedEdition) -> None:
    """The texts of the report, of an edition and of the devices."""
    parts: list[tuple[str, Strict]] = [
        (checked.shared("report"), checked.definitions.texts),
        *((checked.file(name), part) for name, part in checked.edition.parts.items()),
        *((checked.shared(f"devices/{one.id}"), one) for one in checked.definitions.devices),
    ]
    for file, part in parts:
        for path, text, blanks in texts_of(part):
            _check(checked, file, path, text, BLANK.findall(text) if path[0] == QUESTIONS_FILL else blanks.names)


def _check(checked: CheckedEdition, file: str, path: KeyPath, text: str, known: Sequence[str]) -> None:
    if re.search(r"[{}]", BLANK.sub("", text)):
        checked.say(file, path, "Une accolade manque ou est de trop : ce qui se remplit s'écrit « {mot} ».")
    for name in BLANK.findall(text):
        if name not in known:
            listed = ", ".join(f"{{{one}}}" for one in known)
            rest = f" ; à cet endroit : {listed}." if known else " : écrivez-le sans accolades."
            checked.say(file, path, f"« {{{name}}} » ne se remplit pas ici{rest}", name, known)


def texts_of(part: Strict) -> Iterator[DefinedText]:
    """Every text of a part, less what its conditions test, with what fills it."""
    for path, value, blanks in walk(part):
        if isinstance(value, str) and "when" not in path:
            yield DefinedText(path, value, blanks)
