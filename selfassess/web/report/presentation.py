"""A `Report` made ready for templates/report: typography, dates in words, numbers of sources, pictures.

`context(report)` gives everything body.html reads, for the screen and for the PDF alike. Pure: nothing is
read from the request, the clock or the disk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from selfassess.core.answers.in_words import in_letters
from selfassess.core.definition.typography import NBSP, typeset
from selfassess.core.explanation.sentence import Why
from selfassess.core.report.network_reading import network_named
from selfassess.core.report.report import CategoryPart, DevicePart, Report
from selfassess.core.report.reviewed_page import leading
from selfassess.web.french import clip, french_day
from selfassess.web.report import figures
from selfassess.web.report.wording import LONGEST_RUNNING, foot, in_french, mark

GROUP = 4  # digits read in one glance
LONGEST_HEADING = 75  # characters of a name kept in the title of page one
WIDER, NARROWER = 52, 45  # characters of a line, in the two columns of a sheet (print.css)
SITE = "site-de-longueur-usuelle.fr"  # what is read of a link


@dataclass(frozen=True)
class DevicesAlike:
    """Devices of one verdict that have the same main reason, said once; `count`: « trois pistes », of several."""

    devices: tuple[DevicePart, ...]
    reason: str
    count: str


def context(report: Report) -> dict[str, object]:
    """What body.html reads: `report` with French typography, and what is computed from it."""
    whole = in_french(report)
    said = leading(whole)  # what the network read leads, what is declared stands beside
    calendar, told = figures.timeline(said), told_on_sheets(said)
    return {
        "method": "",  # the address of the Méthode, for whoever may lead there
        "verify": "",  # that of the page which knows the fingerprint
        "grouped": grouped(said.fingerprint),  # as one types it
        "report": said,
        "declared": whole.page_one if said is not whole else None,
        "heading": clip(said.territory, LONGEST_HEADING),
        "running": clip(said.territory, LONGEST_RUNNING),
        "place": place(said),
        "day": french_day(said.day),
        "mark": mark(said),
        "foot": foot(said),
        "network": typeset(network_named(said.review.network)) if said.review else "",
        "french_day": french_day,
        "cited": lambda sources: cited(said, sources),
        "verdicts": verdicts(said),
        "map": figures.typology(said),
        "bars": figures.maturity(said),
        "matrix": figures.matrix(said),
        "calendar": calendar,
        "numbered": figures.numbered(calendar),
        "calendared": said is not whole or any(span.steps for span in said.timeline),
        "head": head(said),
        "in_line": in_line(said),
        "told_on_sheets": told,
        "device_lines": device_lines(said),
        "dates_beside": {name for name in said.sheets if dates_beside(said.device(name), told[name])},
        "paper": False,
        "face": None,  # the network it is drawn for
        "face_first": False,  # on page one
        "documents": report.documents is not None,
    }


def place(report: Report) -> str:
    """The type of structure, unless the name begins with it, and the population: what is known of the territory."""
    told = report.territory_text.removeprefix(report.territory).lstrip(", ")
    named = report.territory.split(" ", 1)[0].casefold()
    if told.split(" ", 1)[0].strip(",").casefold() == named:
        last = told.rpartition(", ")[2]
        told = last if any(one.isdigit() for one in last) else ""
    return told[:1].upper() + told[1:]


def head(report: Report) -> list[CategoryPart]:
    """The category the reading is named after, told in full; none when nothing is settled."""
    known = [one for one in report.categories if one.verdict == "assigned"]
    return ([one for one in known if one.principal] or known)[:1]


def in_line(report: Report) -> list[tuple[str, list[tuple[list[str], str]]]]:
    """The other categories, by verdict: (its id, [(titles, the sentence they share)])."""
    found: dict[str, dict[str, list[str]]] = {}
    for category in report.categories:
        if category not in head(report):
            told = _in_line(category, at_length=not report.missing)  # where answers are missing, the room is theirs
            found.setdefault(category.verdict, {}).setdefault(told, []).append(category.plain or category.title)
    return [(verdict, [(titles, text) for text, titles in told.items()]) for verdict, told in found.items()]


def _in_line(one: CategoryPart, at_length: bool) -> str:
    if one.gate and one.gate.side != "for":
        return " ".join(one.standing.sentences) or one.gate.text
    if one.low is None or one.high is None or one.reach is None:
        return " ".join(one.standing.sentences) or (one.reasons[0].text if one.reasons else one.definition)
    action = f"Action la plus parlante{NBSP}: {one.action}." if one.action else ""
    if one.verdict == "assigned":
        return f"{one.sentence} {action}"
    against = [why.text for why in one.reasons if why.side == "against" and at_length]
    return " ".join(one.standing.sentences or against[:1] or [one.definition])


def told_on_sheets(report: Report) -> dict[str, list[Why]]:
    """The reasons the sheet of each device of page one gives, one for the same answers, less what page one or a sheet
    before says; the others are in annex 2."""
    slots = report.page_one.slots
    leave, said = slots[-1].device, {one for slot in slots for one in _sentences(f"{slot.text} {slot.against or ''}")}
    told = {}
    for name in report.sheets:
        reasons = [one for one in report.device(name).reasons if not said.intersection(_sentences(one.text))]
        favourable = _once([one for one in reasons if one.side == "for"])
        others = [one for one in reasons if one.side != "for"]
        if name == leave:
            told[name] = others[:2] + favourable[:1]
        else:
            told[name] = favourable[: 3 if len(others) < 2 else 2] + others[:2]
        said.update(part for one in told[name] for part in _sentences(one.text))
    return told


def cited(report: Report, sources: Sequence[str]) -> str:
    """« 1 à 8, 12 »: their numbers in the report's list; of three in a row or more, the first and the last."""
    runs: list[list[int]] = []
    for number in (at for at, source in enumerate(report.sources, 1) if source.id in sources):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [f"{run[0]} à {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(told)


def dates_beside(one: DevicePart, told: Sequence[Why]) -> bool:
    """Do the dates of a sheet go in its second column? Where they leave the taller of the two the shorter."""
    dates = [*(note.text for note in one.dated), *one.verify]
    examples = [f"{example.alike or ''} {example.text}" for example in one.examples]
    reasons = [f"Contre : {why.text} {why.help or ''} {why.source or ''}" for why in told]
    contacts = [
        " ".join(
            filter(None, [who.name, who.role, who.note, who.through, who.email, who.phone, SITE if who.page else ""])
        )
        for who in one.contacts
    ]
    first = _lines_of([*reasons, *one.risks, *examples], WIDER)
    second = _lines_of(
        [*(f"1. Dans les 30 jours. {step.text}" for step in one.steps), *one.left_out, *contacts], NARROWER
    )
    return max(first, second + _lines_of(dates, NARROWER)) < max(first + _lines_of(dates, WIDER), second)


def _lines_of(texts: Sequence[str], width: int) -> int:
    """About how many lines they take in a column, their title with them."""
    return 2 + sum(-(-len(text) // width) for text in texts)


def device_lines(report: Report) -> list[tuple[str, list[DevicesAlike]]]:
    """Every device under its verdict, those with one main reason together; one with a sheet has other reasons."""
    found: dict[str, dict[str, list[DevicePart]]] = {}
    for one in report.devices:
        alike = one.id if one.id in report.sheets else one.first_reason
        found.setdefault(one.verdict_text, {}).setdefault(alike, []).append(one)
    return [(verdict, [_alike(devices) for devices in told.values()]) for verdict, told in found.items()]


def _alike(devices: list[DevicePart]) -> DevicesAlike:
    count = in_letters(len(devices), "piste") if len(devices) > 1 else ""
    return DevicesAlike(tuple(devices), devices[0].first_reason, count)


def _sentences(text: str) -> list[str]:
    return [one.rstrip(".") for one in text.split(". ")]


def _once(reasons: Sequence[Why]) -> list[Why]:
    """Of those that rest on the same answers, such as two doors that one answer opens, the first."""
    found: dict[object, Why] = {}
    for at, one in enumerate(reasons):
        found.setdefault(tuple((quote.question, quote.item) for quote in one.quotes) or at, one)
    return list(found.values())


def grouped(fingerprint: str) -> str:
    """« 4f1c 09ab 77d2 e0c3 5b68 a1f4 »: easier to read, and to type."""
    return " ".join(re.findall(f".{{1,{GROUP}}}", fingerprint))


def verdicts(report: Report) -> list[tuple[str, int]]:
    """How many devices have each verdict, in the order of the list."""
    found: dict[str, int] = {}
    for device in report.devices:
        found[device.verdict_text] = found.get(device.verdict_text, 0) + 1
    return list(found.items())
