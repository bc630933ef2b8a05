"""What a network looks like: its last files counted, each thing by itself, with the territories behind each count.

Nothing is ranked: territories are in the order they are given, rows in that of the definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.questionnaire import Question
from selfassess.core.definition.typography import fold
from selfassess.core.definition.typology import LEVELS
from selfassess.core.network.summary import DeviceSummary, FileSummary, FollowedFile

FEWEST = 5  # territories that a count shown outside the network must have
TYPE, REGION = "type", "region"
WITHIN_REGIONS = "departement"  # a group whose rows add up to those of another
BETWEEN = "between"  # a level that missing answers leave open
Keys = Callable[[FileSummary], Iterable[str]]


@dataclass(frozen=True)
class PictureRow:
    """`count` None: fewer than FEWEST, or what would tell them; then there is no file."""

    key: str
    label: str
    files: tuple[FollowedFile, ...]
    count: int | None


@dataclass(frozen=True)
class PictureGroup:
    """One picture and its figures. `alone`: a file is in one row at the most."""

    id: str
    title: str
    about: str
    rows: tuple[PictureRow, ...]
    alone: bool = False

    @property
    def most(self) -> int:
        return max((one.count or 0 for one in self.rows), default=0)


@dataclass(frozen=True)
class PicturePart:
    """`lines`: what its groups have in common, key → label, in order; nothing where each has rows of its own."""

    title: str
    groups: tuple[PictureGroup, ...]
    lines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PictureGrid:
    """The groups of a part in one table of counts, the longer side down: 0, nobody; None, hidden."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]


def picture_of(
    definitions: Definitions, files: Sequence[FollowedFile], departements: Mapping[str, str], *, whole: bool = False
) -> tuple[PicturePart, ...]:
    """`departements`: names by code. What no file has is in no row, but for a `whole` picture."""
    group, levels = _Grouping(files, whole), {str(at): f"Niveau {at} sur {LEVELS}" for at in range(LEVELS + 1)}
    levels[BETWEEN] = "Entre deux niveaux, faute de réponses"
    devices = {one.id: one.short for one in definitions.devices}
    return (
        PicturePart("La lecture de l'étude", tuple(_typology(definitions, group))),
        PicturePart("La maturité, dimension par dimension", tuple(_maturity(definitions, group, levels)), levels),
        PicturePart("Les dispositifs", tuple(_devices(group, devices)), devices),
        PicturePart("Ce que les territoires répondent", tuple(_answers(definitions, group))),
        PicturePart("Où ils sont", tuple(_places(definitions, group, departements))),
    )


def facets_of(definitions: Definitions, reading: FileSummary) -> list[tuple[str, str]]:
    """(group, row) of each row that the file is in: lists are filtered by what pictures count."""
    parts = picture_of(definitions, [FollowedFile("", "", "", date.min, reading)], {})
    return sorted({(group.id, row.key) for part in parts for group in part.groups for row in group.rows})


@dataclass(frozen=True)
class _Grouping:
    files: Sequence[FollowedFile]
    whole: bool

    def by(
        self, name: str, title: str, about: str, labels: Mapping[str, str], keys: Keys, *, alone: bool = False
    ) -> PictureGroup:
        found: dict[str, list[FollowedFile]] = {}
        for one in self.files:
            for key in dict.fromkeys(keys(one.reading)):
                found.setdefault(key, []).append(one)
        order = [*(key for key in labels if key in found or self.whole), *(key for key in found if key not in labels)]
        listed = ((key, tuple(found.get(key, ()))) for key in order)
        rows = (PictureRow(key, labels.get(key, key), files, len(files)) for key, files in listed)
        return PictureGroup(name, title, about, tuple(rows), alone)


def _typology(definitions: Definitions, group: _Grouping) -> Iterable[PictureGroup]:
    categories: dict[str, str] = {}
    cases: dict[str, str] = {}
    for edition in reversed(list(definitions.editions.values())):
        typology = edition.typology
        for one in typology.categories:
            categories.setdefault(one.id, one.words.title)
        categories.setdefault(typology.remainder.id, typology.remainder.words.title)
        for case in typology.ri_cases:
            cases.setdefault(case.id, case.title)
    about = "Un territoire peut être dans plusieurs catégories."
    yield group.by("categories", "Catégories retenues", about, categories, lambda one: one.retained)
    remainders = {one.typology.remainder.id for one in definitions.editions.values()}

    def first(one: FileSummary) -> Iterable[str]:
        return one.principal[:1] or [name for name in one.retained if name in remainders]

    about = "Celle que la page une dit d'abord ; aucune où rien ne les départage."
    yield group.by("principal", "Catégorie dite d'abord", about, categories, first, alone=True)
    about = "Le cas lu dans les réponses."
    title = "Service des relations internationales"
    yield group.by("case", title, about, cases, lambda one: [one.case] if one.case else [], alone=True)


def _maturity(definitions: Definitions, group: _Grouping, labels: Mapping[str, str]) -> Iterable[PictureGroup]:
    titles: dict[str, str] = {}
    for edition in reversed(list(definitions.editions.values())):
        for one in edition.maturity.dimensions:
            titles.setdefault(one.id, one.title)
    for name, title in titles.items():

        def level(one: FileSummary, name: str = name) -> Iterable[str]:
            low, high, _ = one.maturity.get(name, (None, None, None))
            return [] if low is None else [str(low) if low == high else BETWEEN]

        yield group.by(f"maturity-{name}", title, "", labels, level, alone=True)


def _devices(group: _Grouping, labels: Mapping[str, str]) -> Iterable[PictureGroup]:
    asked: tuple[tuple[str, str, str, Callable[[DeviceSummary], bool]], ...] = (
        ("advised", "Conseillés", "Sur la page une, parmi ce qu'elle propose.", lambda one: one.advised > 0),
        ("alive", "Vivants", "Déjà en place.", lambda one: one.alive),
        ("left", "Laissés", "La page une propose de les laisser pour l'instant.", lambda one: one.left),
        ("wanted", "Envisagés", "Une action envisagée, d'après les réponses.", lambda one: one.wanted),
    )
    for name, title, about, which in asked:

        def those(one: FileSummary, which: Callable[[DeviceSummary], bool] = which) -> Iterable[str]:
            return [device for device, said in one.devices.items() if which(said)]

        yield group.by(f"device-{name}", title, about, labels, those)


def _answers(definitions: Definitions, group: _Grouping) -> Iterable[PictureGroup]:
    every: dict[str, Question] = {}
    of_actions = {name for edition in definitions.editions.values() for name in edition.questionnaire.items}
    for edition in reversed(list(definitions.editions.values())):
        for name, one in edition.questionnaire.every.items():
            every.setdefault(name, one)
    rules = definitions.network
    asked = [*(name for name, one in every.items() if one.filter), *rules.narrowed_by, *rules.pictured]
    for name in dict.fromkeys(asked):
        question = every[name]
        labels = {one.id: one.text for one in question.options}

        def given(one: FileSummary, name: str = name) -> Iterable[str]:
            return [*one.answers.get(name, ()), *(option for item in one.items for option in item.get(name, ()))]

        several = "Plusieurs réponses sont possibles." if question.form.several or name in of_actions else ""
        yield group.by(_of_answers(name), question.short, several, labels, given, alone=not several)


def _places(definitions: Definitions, group: _Grouping, departements: Mapping[str, str]) -> Iterable[PictureGroup]:
    types = {one.id: one.text for one in definitions.current.questionnaire.territory.types}
    names = {code: f"{name} ({code})" for code, name in departements.items()}
    yield group.by(TYPE, "Type de structure", "", types, lambda one: [one.type] if one.type else [], alone=True)
    regions = {one: one for one in sorted({file.reading.region for file in group.files}, key=fold)}
    yield group.by(REGION, "Région", "", regions, lambda one: [one.region] if one.region else [], alone=True)
    about = "Le département où vit la plus grande partie des habitants."
    yield group.by(
        WITHIN_REGIONS,
        "Département",
        about,
        names,
        lambda one: [one.departement] if one.departement else [],
        alone=True,
    )


def grid_of(part: PicturePart) -> PictureGrid | None:
    """None: its groups have no line in common."""
    groups = [one for one in part.groups if one.rows]
    counts = {(group.id, row.key): row.count for group in groups for row in group.rows}
    lines = [(key, label) for key, label in part.lines.items() if any(key == line for _, line in counts)]
    if not lines:
        return None
    if len(lines) < len(groups):
        head = tuple(label for _, label in lines)
        rows = ((one.title, tuple(counts.get((one.id, key), 0) for key, _ in lines)) for one in groups)
    else:
        head = tuple(one.title for one in groups)
        rows = ((label, tuple(counts.get((one.id, key), 0) for one in groups)) for key, label in lines)
    return PictureGrid(head, tuple(rows))


def _of_answers(question: str) -> str:
    return f"answer-{question}"


def narrowing(definitions: Definitions, parts: Sequence[PicturePart]) -> tuple[PictureGroup, ...]:
    """The groups of which one row may be kept alone: region, type, and what authors name."""
    groups = {one.id: one for part in parts for one in part.groups}
    names = (REGION, TYPE, *map(_of_answers, definitions.network.narrowed_by))
    return tuple(groups[name] for name in names if groups[name].rows)


def narrowed(
    groups: Sequence[PictureGroup], files: Sequence[FollowedFile], chosen: Mapping[str, str]
) -> list[FollowedFile]:
    """The files that are in each row `chosen`, by group; a row that is not there has none."""
    kept = list(files)
    for group in groups:
        if group.id in chosen:
            row = {one.reference for each in group.rows if each.key == chosen[group.id] for one in each.files}
            kept = [one for one in kept if one.reference in row]
    return kept


def outside(parts: Sequence[PicturePart]) -> tuple[PicturePart, ...]:
    """The same for who is not of the network: no territory is named, a count under FEWEST is hidden, and others with it
    where the total would tell it. Départements are left out: those of a region add up to its count."""
    return tuple(
        PicturePart(part.title, tuple(_hidden(one) for one in part.groups if one.id != WITHIN_REGIONS), part.lines)
        for part in parts
    )


def _hidden(group: PictureGroup) -> PictureGroup:
    """The total is known: of two hidden counts that differ, it does not tell which is which; of others it would."""
    counts = sorted({one.count or 0 for one in group.rows})
    least = FEWEST
    while group.alone and _all_alike(group, least):
        over = [one for one in counts if one >= least]
        if not over:
            return PictureGroup(group.id, group.title, group.about, (), group.alone)
        least = over[0] + 1
    rows = (_within(one, least) for one in group.rows)
    return PictureGroup(group.id, group.title, group.about, tuple(rows), group.alone)


def _all_alike(group: PictureGroup, least: int) -> bool:
    return len({one.count for one in group.rows if (one.count or 0) < least}) == 1


def _within(row: PictureRow, least: int) -> PictureRow:
    return PictureRow(row.key, row.label, (), None if (row.count or 0) < least else row.count)
