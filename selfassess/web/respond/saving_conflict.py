"""The same question changed twice at once: both answers are shown, the person chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request

from selfassess.web.files.opened_file import File
from selfassess.web.respond.merge import FormAnswer

MISSED = "Choisissez la réponse à garder."
KEEP_STORED = "stored"


class ConflictError(Exception):
    def __init__(self, entries: Sequence[FormAnswer]) -> None:
        super().__init__()
        self.entries = list(entries)


@dataclass(frozen=True)
class SavingConflict:
    """Two answers to one question, in words. `stored_digest` says which stored one is shown."""

    name: str
    text: str
    mine: str
    my_comment: str
    stored: str
    stored_comment: str
    stored_digest: str


def ask(file: File, heading: str, disputes: Sequence[SavingConflict]) -> str:
    """Everything posted travels along, hidden; each dispute adds its choice under `keep-<name>`."""
    dropped = {"csrf_token", "choosing", *(f"keep-{one.name}" for one in disputes)}
    posted = [(name, value) for name, value in request.form.items(multi=True) if name not in dropped]
    missed = [{"href": f"#keep-{one.name}", "text": MISSED} for one in disputes] if "choosing" in request.form else []
    return render_template(
        "respond/conflict.html",
        file=file,
        heading=heading,
        disputes=disputes,
        posted=posted,
        errors=missed,
    )
