"""A report computed again from what it was computed from, and what differs from the one that was kept. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from selfassess.core.answers.items import (
    LABEL,
    Answers,
    by_position,
    is_group,
    items_of,
    renamed,
    with_ids,
    without_ids,
)
from selfassess.core.answers.path import ordered
from selfassess.core.answers.typed import printed, printed_lines
from selfassess.core.definition.edition import ENGINE, Definitions, Edition
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.definition.structure import digest
from selfassess.core.reading.decision import decide
from selfassess.core.reading.reading import read_file
from selfassess.core.reading.withheld import without_withheld
from selfassess.core.report.compose import build
from selfassess.core.report.network_reading import as_draft, as_trial, with_review
from selfassess.core.report.partner_page import as_abroad
from selfassess.core.report.report import (
    FINGERPRINT_LENGTH,
    SHAPE,
    Origin,
    Report,
    ReviewPart,
    fingerprint,
)
from selfassess.core.report.shapes import brought_up, shape_of
from selfassess.core.report.two_services import NAME, Services


def elected_version(definitions: Definitions, edition: Edition, origin: Origin, day: date) -> Report:
    """The same without what the coordination keeps for itself: comments, who answered, and the answers that the rules
    withhold. It has no origin, and its own fingerprint, which only what it says changes."""
    questionnaire = edition.questionnaire
    answers = with_ids(questionnaire, ordered(questionnaire, origin.answers), origin.items)
    items, shown = tuple(items_of(questionnaire, answers)), _printed(questionnaire, answers)
    services = Services.from_kept(origin.services, items)
    reading = read_file(edition, definitions, shown, services.disputed)
    without = without_withheld(definitions, reading, decide(definitions, reading, day), shown)
    unnamed = services.unnamed(without.withheld)
    report = build(definitions, without.reading, without.decision, without.answers, {}, unnamed, "", without)
    told = digest(report.model_dump(mode="json", exclude={"fingerprint"}), definitions.files_of(edition.id))
    return report.model_copy(update={"fingerprint": told[:FINGERPRINT_LENGTH], "elected": True})


def produce(definitions: Definitions, edition: Edition, origin: Origin, day: date) -> Report:
    """The report of those answers and comments, dated `day`; its origin with the digests of the present files."""
    questionnaire = edition.questionnaire
    origin = origin.model_copy(update={"answers": ordered(questionnaire, origin.answers)})
    answers = with_ids(questionnaire, origin.answers, origin.items)
    items = tuple(items_of(questionnaire, answers))  # without `items`, as reports were kept once: their positions
    comments = renamed(questionnaire, origin.comments, {str(at): item for at, item in enumerate(items)})
    services, shown = Services.from_kept(origin.services, items), _printed(questionnaire, answers)
    reading = read_file(edition, definitions, shown, services.disputed)
    told = services.asked(reading.view).told(tuple(reading.view.positions))
    signed = fingerprint(definitions, edition, answers, comments, day, told)
    said = {key: printed_lines(text) for key, text in comments.items()}
    decision = decide(definitions, reading, day)
    report = build(definitions, reading, decision, shown, said, services.as_printed(), signed)
    return report.model_copy(update={"origin": origin.model_copy(update={"files": definitions.files_of(edition.id)})})


def _printed(questionnaire: Questionnaire, answers: Answers) -> Answers:
    """The answers with what people typed as a report shows it: the name of the territory, the labels of items."""
    found = dict(answers)
    place, items = answers.get(questionnaire.territory.id), answers.get(questionnaire.group.id)
    if isinstance(place, Mapping):
        found[questionnaire.territory.id] = _printed_at(NAME, place)
    if is_group(items):
        found[questionnaire.group.id] = [_printed_at(LABEL, item) for item in items]
    return found


def _printed_at(name: str, held: Answers) -> Answers:
    typed = held.get(name)
    return {**held, name: printed(typed)} if isinstance(typed, str) else held


def origin_of(
    questionnaire: Questionnaire, answers: Answers, comments: Mapping[str, str], services: Services
) -> Origin:
    """What a report of these answers is kept with."""
    items = tuple(items_of(questionnaire, answers))
    return Origin(
        answers=without_ids(answers),
        comments=by_position(questionnaire, answers, comments),
        items=items,
        services=services.kept(items),
    )


@dataclass(frozen=True)
class ReplayDifference:
    """One value of the report: where it is (« devices[c40].verdict »), as kept, as computed now; None: not there."""

    place: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Replay:
    """`identical`: byte for byte. `causes` are the files whose digest differs, and the engine (`engine`).

    `shape`: the one it was kept in, when reports have another by now. Without a cause, equal inputs gave other bytes:
    a fault of the program. `impossible` says why a report cannot be computed again.
    """

    identical: bool = False
    differences: tuple[ReplayDifference, ...] = ()
    causes: tuple[str, ...] = ()
    engine: tuple[str, str] | None = None
    shape: int | None = None
    impossible: str | None = None

    @property
    def unexplained(self) -> bool:
        return not (self.identical or self.causes or self.engine or self.shape or self.impossible)


def replay(
    definitions: Definitions,
    stored: str,
    kept: Mapping[str, Any],
    finish: Callable[[Report], Report] = lambda report: report,
) -> Replay:
    """`stored`: the report as kept, JSON; `kept`: the same, decoded; `finish` adds the documents it was kept with."""
    shape, kept = shape_of(kept), brought_up(kept)
    edition = definitions.editions.get(kept["edition"])
    if edition is None:
        return Replay(impossible=f"l'édition {kept['edition']} n'est plus dans les définitions")
    if not kept.get("origin"):
        return Replay(impossible="il a été gardé sans les réponses d'où il vient")
    origin = Origin.model_validate(kept["origin"], extra="ignore")
    made = produce(definitions, edition, origin, date.fromisoformat(kept["day"]))
    now = _marked(definitions, finish(made) if kept.get("documents") else made, kept)
    if now.model_dump_json() == stored:
        return Replay(identical=True)
    before, after = origin.files, now.origin.files if now.origin else {}
    causes = tuple(sorted(name for name in {*before, *after} if before.get(name) != after.get(name)))
    engine = None if kept["engine"] == ENGINE else (str(kept["engine"]), ENGINE)
    found = tuple(_differences(_shown(kept), _shown(now.model_dump(mode="json")), ""))
    return Replay(differences=found, causes=causes, engine=engine, shape=None if shape == SHAPE else shape)


def _marked(definitions: Definitions, report: Report, kept: Mapping[str, Any]) -> Report:
    """With the marks of the one kept: a network's reading, a draft, a trial, the page in English."""
    if kept.get("review"):
        report = with_review(report, ReviewPart.model_validate(kept["review"], extra="ignore"))
    if kept.get("trial"):
        report = as_trial(report)
    if kept.get("draft"):
        report = as_draft(report)
    page = kept.get("abroad")
    if not page:
        return report
    return as_abroad(definitions, report, page["departement"], page.get("language", "en")) or report


def _shown(report: Mapping[str, Any]) -> dict[str, Any]:
    """Without what changes with the causes by itself; texts as they are read, wherever their typography was set."""
    apart = {"fingerprint", "engine", "origin", "shape", "typeset"}
    return {name: _as_read(value) for name, value in report.items() if name not in apart}


def _as_read(value: Any) -> Any:
    if isinstance(value, str):
        return printed_lines(value)
    if isinstance(value, dict):
        return {name: _as_read(one) for name, one in value.items()}
    return [_as_read(one) for one in value] if isinstance(value, list) else value


def _differences(before: Any, after: Any, place: str) -> Iterator[ReplayDifference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            where = f"{place}.{name}" if place else str(name)
            yield from _differences(before.get(name), after.get(name), where)
    elif isinstance(before, list) and isinstance(after, list):
        one, other = _named(before), _named(after)
        for name in dict.fromkeys([*one, *other]):
            yield from _differences(one.get(name), other.get(name), f"{place}[{name}]")
        if list(one) != list(other) and set(one) == set(other):
            yield ReplayDifference(place, list(one), list(other))
    elif before != after:
        yield ReplayDifference(place, before, after)


def _named(parts: list[Any]) -> dict[str, Any]:
    """Parts by their id where they have one, by their place otherwise."""
    names = [one.get("id") if isinstance(one, dict) else None for one in parts]
    if None in names or len(set(names)) < len(names):
        return {str(at): one for at, one in enumerate(parts, 1)}
    return dict(zip(map(str, names), parts, strict=True))
