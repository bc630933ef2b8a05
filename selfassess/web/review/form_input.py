"""What a reviewer typed: cleaned, kept whatever happens, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from selfassess.core.answers.typed import lines
from selfassess.web.errors import Problem
from selfassess.web.french import french, too_long


@dataclass
class FormInput:
    """`posted`: the form (empty for a page just opened). `kept`: (what it is, text), to be shown if the act is refused.

    `errors`: {id of the field: sentence}, in the order of the page.
    """

    posted: MultiDict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    kept: list[tuple[str, str]] = field(default_factory=list)

    def text(self, name: str, label: str, longest: int, ask: str = "") -> str:
        """The text of a field; `ask`, the sentence for an empty one, makes it required."""
        found = lines(self.posted.get(name, ""))
        if found:
            self.kept.append((french(label), found))
        if told := too_long("Ce texte", found, longest):
            self.wrong(name, told)
        elif ask and not found:
            self.wrong(name, ask)
        return found

    def wrong(self, name: str, sentence: str) -> None:
        self.errors.setdefault(name, french(sentence))

    @property
    def seen(self) -> int:
        """How many acts the page showed."""
        given = self.posted.get("seen", "")
        if not (given.isascii() and given.isdigit() and len(given) < 10):
            raise Problem("bad_form")
        return int(given)

    @property
    def links(self) -> list[dict[str, str]]:
        """The lines of the error summary."""
        return [{"href": f"#{name}", "text": told} for name, told in self.errors.items()]
