"""Reports as stored, read for years: each shape that one was ever stored in is brought to the next by one function.

What a shape did not have stays absent: nothing is computed again from definitions of another day, and the pages leave
out what is not there. Names that are not known, written by a later version, are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from selfassess.core.report.blocks import Drafts
from selfassess.core.report.report import SHAPE, CallSheet, Report

FIRST = 1  # what was stored before shapes were numbered


def read_report(stored: str) -> Report:
    """A report as it was stored, in any shape."""
    return Report.model_validate(brought_up(from_json(stored)), extra="ignore")


@dataclass(frozen=True)
class ReportLabel:
    """What is written on the cover of a report. `review`: the state of the network's reading, None without one."""

    territory: str
    day: str
    trial: bool
    abroad: str  # the language of its page for a partner abroad; empty: it is no such page
    review: str | None
    elected: bool = False  # its version for élus


def read_label(stored: str) -> ReportLabel:
    """Of a report as it was stored, in any shape, the rest left unread: a tenth of the cost."""
    kept = brought_up(from_json(stored))
    review = kept.get("review")
    return ReportLabel(
        territory=kept["territory"],
        day=kept["day"],
        trial=bool(kept.get("trial")),
        abroad=page.get("language", "en") if (page := kept.get("abroad")) else "",
        review=review["state"] if review else None,
        elected=bool(kept.get("elected")),
    )


DRAFTS: TypeAdapter[Drafts] = TypeAdapter(Drafts)


def kept_drafts(drafts: Drafts) -> object:
    """As kept with the act that validates a review: plain JSON."""
    return DRAFTS.dump_python(drafts, mode="json", exclude_defaults=True)


def read_drafts(kept: object) -> Drafts | None:
    """The same read again; None where none were kept, or in a form of another time."""
    try:
        return DRAFTS.validate_python(kept) if kept else None
    except ValidationError:
        return None


def read_call_sheet(kept: object) -> CallSheet | None:
    """Likewise."""
    try:
        return CallSheet.model_validate(kept) if kept else None
    except ValidationError:
        return None


def shape_of(kept: Mapping[str, Any]) -> int:
    found = kept.get("shape")
    return found if isinstance(found, int) else FIRST


def brought_up(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The same in the present shape."""
    found = dict(kept)
    for shape in range(shape_of(kept), SHAPE):
        found = {**UPGRADES[shape](found), "shape": shape + 1}
    return found


def _without_documents(kept: dict[str, Any]) -> dict[str, Any]:
    """Shape 1 has no documents to edit: they were made anew at each request, from the texts of the day."""
    return {**kept, "documents": None}


def _as_typed(kept: dict[str, Any]) -> dict[str, Any]:
    """Shape 2 has texts as they were typed, and titles of devices where shape 3 has ids too."""
    page, names = kept["page_one"], {one["short"]: one["id"] for one in kept["devices"]}
    decisions = {one["id"]: one["decision"] for one in kept["devices"]}
    first = next((slot["device"] for slot in page["slots"][:2] if slot["device"]), None)
    about = first if first and decisions[first] == page["decision"] else None
    found = {**kept, "typeset": False, "page_one": {**page, "decision_of": about}}
    if review := kept.get("review"):
        order = review["devices"]
        ids = [names[one] for one in order["reviewed"] if one in names]
        found["review"] = {**review, "devices": {**order, "devices": ids}}
    return found


def _unchanged(kept: dict[str, Any]) -> dict[str, Any]:
    """Shape 3 says nothing of entries, of what speaks against an option, of what is left unsaid."""
    return kept


UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: _without_documents,
    2: _as_typed,
    3: _unchanged,
    4: _unchanged,
    5: _unchanged,
}
