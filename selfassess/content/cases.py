"""Cases: what a reading must be, said in YAML beside the rules, and what they leave untried.

A case file is a list of `{name, why, answers, expect}`; `expect` is any subset of the `evaluate` shape, where
`categories: {c: assigned}` and `devices: {d: maintenant}` stand for `{verdict: …}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import model_validator

from selfassess.content.reader import Document, FaultyError, Problem, first_told, read_document, strays, validate
from selfassess.core.answers.answers import read
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.strict import Strict, Text
from selfassess.core.reading.decision import decide
from selfassess.core.reading.reading import Reading, read_file
from selfassess.core.report.as_json import as_json


class Case(Strict):
    name: Text
    why: str = ""
    day: date | None = None  # by default the one of decision.yaml: cases do not depend on the day they run
    answers: dict[str, Any]
    expect: dict[str, Any]

    @model_validator(mode="after")
    def _each_named(self) -> Case:
        if not all(isinstance(self.expect.get(name, {}), Mapping) for name in ("categories", "devices")):
            raise ValueError("expect_form")
        return self


@dataclass(frozen=True)
class PlacedCase:
    """A case with the file it stands in."""

    file: str
    line: int
    case: Case


@dataclass
class CaseOutcome:
    """What became of a case: the differences found (none: it holds)."""

    placed: PlacedCase
    reading: Reading | None
    differences: list[str] = field(default_factory=list)


def load_cases(root: Path, slug: str, edition: Edition) -> list[PlacedCase]:
    """Every case of an edition. Raises `FaultyError` when a case cannot be read or answers a question that is not."""
    placed: list[PlacedCase] = []
    problems: list[Problem] = []
    names: dict[str, str] = {}
    folder = root / slug / "editions" / edition.id / "cases"
    unread = "Ce fichier n'est pas lu : le nom d'un fichier de cas finit par « .yaml ». Renommez-le ou retirez-le."
    problems.extend(strays(root, folder, lambda path: path.suffix != ".yml", unread))
    for path in sorted(folder.glob("[!.]*.yaml")):
        document = read_document(path, root)
        cases = validate(document, list[Case]) if not document.problems else None
        for at, case in enumerate(cases or ()):
            problems.extend(first_told(list(_faults(document, at, case, edition)), document))
            if case.name in names:
                message = f"Le cas « {case.name} » existe déjà dans {names[case.name]}."
                problems.append(document.at((at, "name"), message))
            names[case.name] = document.file
            placed.append(PlacedCase(document.file, document.at((at,), "").line, case))
        problems.extend(document.problems)
    if problems:
        raise FaultyError(problems)
    return placed


def _faults(document: Document, at: int, case: Case, edition: Edition) -> Iterable[Problem]:
    _, faults = read(edition.questionnaire, case.answers)
    for fault in faults:
        steps = fault.path.split(".")
        path = (at, *(int(step) if step.isdecimal() else step for step in steps))
        yield document.at(path, f"{fault.path} : {fault.code} {fault.given}".strip())


def run_cases(definitions: Definitions, edition: Edition, cases: Sequence[PlacedCase]) -> list[CaseOutcome]:
    """Read each case and compare with what it expects."""
    outcomes = []
    for placed in cases:
        answers, _ = read(edition.questionnaire, placed.case.answers)
        reading = read_file(edition, definitions, answers)
        decision = decide(definitions, reading, placed.case.day or definitions.rules.day)
        actual = as_json(definitions, reading, decision, "", placed.case.expect.get("devices", {}))
        outcomes.append(CaseOutcome(placed, reading, list(differences(placed.case.expect, _short(actual), ""))))
    return outcomes


def _short(actual: dict[str, Any]) -> dict[str, object]:
    return {**actual, "contradictions": list(dict.fromkeys(one["id"] for one in actual["contradictions"]))}


def differences(expected: object, actual: object, path: str) -> Iterable[str]:
    """« chemin : attendu X, obtenu Y » for every expected value that is not there. Lists are compared whole."""
    if isinstance(actual, Mapping) and "verdict" in actual and isinstance(expected, str):
        actual = actual["verdict"]
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for key, value in expected.items():
            where = f"{path}.{key}" if path else str(key)
            if key not in actual:
                yield f"{where} : inconnu"
            else:
                yield from differences(value, actual[key], where)
    elif expected != actual:
        yield f"{path} : attendu {_say(expected)}, obtenu {_say(actual)}"


def _say(value: object) -> str:
    if isinstance(value, Mapping) and "verdict" in value:
        return str(value["verdict"])
    return "rien" if value is None or value == [] else str(value)


def coverage(definitions: Definitions, edition: Edition, outcomes: Sequence[CaseOutcome]) -> list[str]:
    """What no case exercises: evidence never true, verdicts never given, or declared and not reached."""
    readings = [one.reading for one in outcomes if one.reading is not None]
    gaps = [*_untried_signs(edition, readings), *_untried_findings(edition, readings)]
    reached: dict[str, set[str]] = {}
    for reading in readings:
        for advice in reading.advices:
            reached.setdefault(advice.device.id, set()).add(advice.verdict)
    for device in definitions.devices:
        declared, given = set(device.verdicts_expected), reached.get(device.id, set())
        gaps.extend(
            f"{device.id} : le verdict « {verdict} » est déclaré, aucun cas ne l'atteint"
            for verdict in sorted(declared - given)
        )
    return gaps


def _untried_signs(edition: Edition, readings: Sequence[Reading]) -> Iterable[str]:
    seen = {
        sign.evidence.id
        for reading in readings
        for placed in reading.profile.placed
        if placed.best is not None
        for sign in placed.best.signs
        if sign.truth
    }
    for category in edition.typology.categories:
        for sign in category.evidence:
            if sign.id not in seen:
                yield f"{category.id} : aucun cas n'exerce l'indice « {sign.id} »"


def _untried_findings(edition: Edition, readings: Sequence[Reading]) -> Iterable[str]:
    verdicts = {(one.category.id, one.verdict) for reading in readings for one in reading.profile.placed}
    for category in edition.typology.categories:
        for verdict in ("assigned", "undecided", "ruled_out"):
            if (category.id, verdict) not in verdicts:
                yield f"{category.id} : aucun cas ne donne « {verdict} »"
    shown = {reading.profile.reading.id for reading in readings if reading.profile.reading}
    for rule in edition.typology.remainder.readings:
        if rule.id not in shown:
            yield f"{edition.typology.remainder.id} : aucun cas ne donne la lecture « {rule.id} »"
    raised = {one.id for reading in readings for one in reading.conflicts}
    declared = [one.id for one in edition.contradictions.contradictions]
    for name in (*declared, edition.means.practice.conflict_id):
        if name not in raised:
            yield f"contradiction « {name} » : aucun cas ne la lève"
