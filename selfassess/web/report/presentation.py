"""A `Report` made ready for templates/report: typography, dates in words, numbers of sources, pictures.

`context(report)` gives everything body.html reads, for the screen and for the PDF alike. Pure: nothing is
read from the request, the clock or the disk.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from selfassess.core.answers.typed import pasted
from selfassess.core.definition.typography import NBSP, typeset
from selfassess.core.explanation.sentence import Why
from selfassess.core.report.network_reading import network_named
from selfassess.core.report.report import CategoryPart, Report
from selfassess.web.french import day as in_words
from selfassess.web.report import figures
from selfassess.web.report.figures import points

UNSEEN = re.compile(r"[\x00-\x20\x7f-\x9f\u1680\u2028\u2029\ufffe\uffff]+")  # the last two: no XML has them
TYPED_LINES = frozenset({"comment", "text", "advice"})  # what people may type on several lines
UNTOUCHED = frozenset({"url", "id", "key", "fingerprint"})
GROUP = 4  # digits read in one glance
LONGEST_HEADING = 75  # characters of a name kept in the title of page one
LONGEST_RUNNING = 60  # and at the top of the following pages
LONGEST_NETWORK = 50  # « le réseau … » included


def context(report: Report) -> dict[str, Any]:
    """What body.html reads: `report` with French typography, and what is computed from it."""
    said = in_french(report)
    return {
        "method": "",  # the address of the Méthode, for whoever may lead there
        "verify": "",  # that of the page which knows the fingerprint
        "grouped": grouped(said.fingerprint),  # as one types it
        "report": said,
        "heading": clip(said.territory, LONGEST_HEADING),
        "running": clip(said.territory, LONGEST_RUNNING),
        "place": place(said),
        "day": french_day(said.day),
        "mark": mark(said),
        "foot": foot(said),
        "network": typeset(network_named(said.review.network)) if said.review else "",
        "in_words": french_day,
        "numbers": {source.id: number for number, source in enumerate(said.sources, 1)},
        "verdicts": verdicts(said),
        "map": figures.typology(said),
        "bars": figures.maturity(said),
        "matrix": figures.matrix(said),
        "calendar": figures.timeline(said),
        "head": head(said),
        "in_line": in_line(said),
        "told_on_sheets": told_on_sheets(said),
        "paper": False,
        "documents": report.documents is not None,
    }


def in_french(report: Report) -> Report:
    """The same, every text set in French typography."""
    return Report.model_validate(clean(report.model_dump(exclude={"origin", "documents"})))


def place(report: Report) -> str:
    """The type of structure, unless the name begins with it, and the population: what is known of the territory."""
    told = report.territory_text.removeprefix(report.territory).lstrip(", ")
    named = report.territory.split(" ", 1)[0].casefold()
    if told.split(" ", 1)[0].strip(",").casefold() == named:
        last = told.rpartition(", ")[2]
        told = last if any(one.isdigit() for one in last) else ""
    return told[:1].upper() + told[1:]


def mark(report: Report) -> str:
    """Whose word the report is: declared, not sent yet, or reviewed by which network."""
    part = report.review
    if part is None or part.state == "under_way":
        return foot(report)
    return f"Relu par {clip(typeset(network_named(part.network)), LONGEST_NETWORK)} le {french_day(part.day)}"


def foot(report: Report) -> str:
    """The same, short enough for the foot of a page."""
    if report.trial:
        return f"Essai d’un brouillon d’édition, {french_day(report.day)}"
    part = report.review
    if part is None:
        return f"{'Brouillon non envoyé' if report.draft else 'Déclaratif'}, {french_day(report.day)}"
    return f"{'Relu' if part.state == 'validated' else 'Relecture en cours, non partagée,'} le {french_day(part.day)}"


def clean(value: Any, key: str = "") -> Any:
    """Every text of a structure set in French typography, on the lines it was typed on; addresses and ids untouched."""
    if isinstance(value, str):
        return value if key in UNTOUCHED else _set(value, key in TYPED_LINES)
    if isinstance(value, dict):
        return {name: clean(one, name) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean(one, key) for one in value]
    return value


@lru_cache(maxsize=4096)  # most texts are those of the edition, the same in every report
def _set(text: str, on_lines: bool) -> str:
    text = pasted(text)  # kept as it was typed, before it was cleaned there
    if on_lines and "\n" in text:
        return "\n".join(_set(one, False) for one in text.split("\n")).strip()
    return typeset(UNSEEN.sub(" ", text)).strip()


def clip(text: str, longest: int) -> str:
    """`text` cut at a word, « … » added, when it is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    kept = text[:longest]
    return (kept.rsplit(" ", 1)[0] if " " in kept else kept).rstrip(" ,;:-") + "…"


def head(report: Report) -> list[CategoryPart]:
    """The category the reading is named after, told in full; none when nothing is settled."""
    known = [one for one in report.categories if one.verdict == "assigned"]
    return ([one for one in known if one.principal] or known)[:1]


def in_line(report: Report) -> list[tuple[str, list[tuple[list[str], str]]]]:
    """The other categories, by verdict: (verdict, [(titles, the sentence they share)])."""
    found: dict[str, dict[str, list[str]]] = {}
    for one in report.categories:
        if one not in head(report):
            told = _in_line(one, at_length=not report.missing)  # where answers are missing, the room is theirs
            found.setdefault(one.verdict_text, {}).setdefault(told, []).append(one.title)
    return [(verdict, [(titles, text) for text, titles in told.items()]) for verdict, told in found.items()]


def _in_line(one: CategoryPart, at_length: bool) -> str:
    if one.gate and one.gate.side != "for":
        return " ".join(one.standing.sentences) or one.gate.text
    if one.low is None or one.high is None or one.reach is None:
        return " ".join(one.standing.sentences) or (one.reasons[0].text if one.reasons else one.definition)
    noun = " point" if one.high < 2 else " points"
    figure = f"{points(one.low, one.high, one.reach, noun).capitalize()}, pour un seuil de {one.threshold}."
    action = f"Action la plus parlante{NBSP}: {one.action}." if one.action else ""
    if one.verdict == "assigned":
        return f"{one.sentence} {figure} {action}"
    against = [why.text for why in one.reasons if why.side == "against" and at_length]
    return " ".join((figure, *(one.standing.sentences or against[:1])))


def told_on_sheets(report: Report) -> dict[str, list[Why]]:
    """The reasons the sheet of each device of page one gives; the others are in annex 2."""
    leave = report.page_one.slots[-1].device
    told = {}
    for name in report.sheets:
        reasons = report.device(name).reasons
        favourable = [one for one in reasons if one.side == "for"]
        others = [one for one in reasons if one.side != "for"]
        if name == leave:
            told[name] = others[:2] + favourable[:1]
        else:
            told[name] = favourable[: 4 if len(others) < 2 else 3] + others[:2]
    return told


def grouped(fingerprint: str) -> str:
    """« 4f1c 09ab 77d2 e0c3 5b68 a1f4 »: easier to read, and to type."""
    return " ".join(re.findall(f".{{1,{GROUP}}}", fingerprint))


def french_day(day: str) -> str:
    """« 1er décembre 2026 » from an ISO date."""
    return in_words(date.fromisoformat(day))


def verdicts(report: Report) -> list[tuple[str, int]]:
    """How many devices have each verdict, in the order of the list."""
    found: dict[str, int] = {}
    for device in report.devices:
        found[device.verdict_text] = found.get(device.verdict_text, 0) + 1
    return list(found.items())
