"""One file in short: all that pictures, lists and exports of a network read of it, some three kilobytes.

Kept beside the file, because a report is fifty times as long to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from selfassess.core.answers.answers import View
from selfassess.core.answers.items import LABEL, Answers
from selfassess.core.definition.condition import Blank
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.explanation.parts import Part
from selfassess.core.report.report import DevicePart, Report
from selfassess.core.report.reviewed_page import leading
from selfassess.core.report.slots import advised

RETAINED = "assigned"  # the verdict of a category that a reading retains
NOT_RETAINED = "ruled_out"
POSSIBLE = "maintenant"
Given = dict[str, list[str]]  # question → ids of the options chosen


class DeviceSummary(Part):
    """What is said of a device. `advised`: its rank on page one, 0 where it is not; `left`: page one leaves it for
    later; `alive`: in use; `wanted`: the territory thinks of it; `lacks`: the one thing
    missing for it to be possible now."""

    verdict: str
    entry: str
    advised: int = 0
    left: bool = False
    alive: bool = False
    wanted: bool = False
    lacks: str = ""


class FileSummary(Part):
    """A reading in short: the declared one, or the network's once validated. `day`: ISO, of what was sent.

    `principal`: the categories said first; `case`: of the RI service; `maturity`: {dimension: (low, high, top)}.
    `items`: of each action, in order; `labels`: their names, empty where there is none.
    """

    name: str
    type: str = ""
    departement: str = ""
    region: str = ""
    code: str = ""
    population: int | None = None
    band: str = ""
    edition: str
    day: str
    term: str
    title: str
    principal: tuple[str, ...]
    categories: dict[str, str]
    confidence: str
    maturity: dict[str, tuple[int, int, int]]
    case: str | None
    devices: dict[str, DeviceSummary]
    answers: Given
    items: tuple[Given, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def advises(self) -> bool:
        """Does page one propose anything? Otherwise it says to open nothing this year."""
        return any(one.advised for one in self.devices.values())

    @property
    def retained(self) -> tuple[str, ...]:
        return tuple(name for name, verdict in self.categories.items() if verdict == RETAINED)


@dataclass(frozen=True)
class FollowedFile:
    """The last file of a territory. `moved`: the day of the last act; `reading`: the network's once validated, else the
    declared one."""

    reference: str
    name: str
    state: str
    moved: date
    reading: FileSummary


def summarised(
    definitions: Definitions, edition: Edition, report: Report, answers: Answers, region: str
) -> FileSummary:
    """`report`: as kept, with a network's reading laid over where that is what is to be told. `answers`: as sent."""
    view = View(edition.questionnaire, answers, edition.typology.conditions)
    territory, shown = view.territory, leading(report)
    head = shown.page_one.headline
    actions = () if isinstance(view.actions, Blank) else view.actions
    items = [_given(one, edition.questionnaire.items) for one in actions]
    return FileSummary(
        name=report.territory,
        **{name: str(territory.get(name, "")) for name in ("type", "departement", "code", "band")},
        region=region,
        population=_population(territory),
        edition=report.edition,
        day=report.day,
        term=head.study_term,
        title=head.title,
        principal=_principal(report),
        categories=_categories(report),
        confidence=head.confidence,
        maturity={one.id: (one.low, one.high, one.top) for one in report.maturity},
        case=next((one.id for one in edition.typology.ri_cases if one.title == report.service.title), None),
        devices=_devices(shown, _wanted(definitions, edition, items)),
        answers=_given(view, edition.questionnaire.questions),
        items=tuple(items),
        labels=tuple(str(one.answers.get(LABEL) or "") for one in actions),
    )


def _population(territory: Mapping[str, object]) -> int | None:
    """Of an official authority; a structure described by hand has a band only."""
    known = territory.get("population")
    return known if isinstance(known, int) and not territory.get("band") else None


def _given(view: View, questions: Iterable[str]) -> Given:
    found: Given = {}
    for name in questions:
        value = view.value(name)
        if isinstance(value, str):
            found[name] = [value]
        elif isinstance(value, tuple):
            found[name] = [str(one) for one in value]
    return found


def _wanted(definitions: Definitions, edition: Edition, items: Sequence[Given]) -> set[str]:
    """The devices of actions thought of."""
    rule, asked = definitions.network.wanted, edition.means.practice.question
    thought_of = (one for one in items if rule.option in one.get(rule.question, ()))
    named = {name for one in thought_of for name in one.get(asked, ())}
    return {one.id for one in definitions.devices if named.intersection(one.practised_by)}


def _categories(report: Report) -> dict[str, str]:
    said = {one.id: one.reviewed for one in report.review.categories} if report.review else {}
    read = {one.id: RETAINED if said.get(one.id) else NOT_RETAINED for one in report.categories if one.id in said}
    return {one.id: read.get(one.id, one.verdict) for one in report.categories}


def _principal(report: Report) -> tuple[str, ...]:
    """What a network retains otherwise has no order: those declared first, as far as it keeps them."""
    first = tuple(one.id for one in report.categories if one.principal)
    if report.review is None:
        return first
    kept = tuple(one.id for one in report.review.categories if one.reviewed)
    return tuple(one for one in first if one in kept) or kept


def _devices(report: Report, wanted: set[str]) -> dict[str, DeviceSummary]:
    ranks = {name: at for at, name in enumerate(advised(report), 1)}
    last = report.page_one.slots[-1].device if report.page_one.slots else None
    return {
        one.id: DeviceSummary(
            verdict=one.verdict,
            entry=one.entry,
            advised=ranks.get(one.id, 0),
            left=one.id == last and one.id not in ranks,
            alive=one.in_place,
            wanted=one.id in wanted,
            lacks=_lacks(one),
        )
        for one in report.devices
    }


def _lacks(part: DevicePart) -> str:
    """In words: « l'anglais dans l'équipe du PAT »."""
    change = part.change
    if change is None or change.verdict != POSSIBLE or len(change.moves) != 1:
        return ""
    return change.moves[0].thing or change.moves[0].after
