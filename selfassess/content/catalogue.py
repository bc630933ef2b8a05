"""Definitions on disk → `Definitions`: every file read, every cross-reference checked, all problems at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from selfassess.content.reader import Document, FaultyError, Problem, closest, read_document, validate
from selfassess.core.checks import check_definitions
from selfassess.core.condition_checks import Finding
from selfassess.core.definition import Contradictions, Maturity, Questionnaire, Study, Typology
from selfassess.core.device import Device, Means, Source
from selfassess.core.reading import Definitions, Edition, structure_digest, wording_digest
from selfassess.core.texts import ReportTexts

PARTS: dict[str, Any] = {
    "questionnaire": Questionnaire,
    "typology": Typology,
    "maturity": Maturity,
    "means": Means,
    "contradictions": Contradictions,
}


class Shelf:
    """The documents read so far: needed to point a later fault at its line."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.documents: dict[str, Document] = {}
        self.problems: list[Problem] = []

    def read(self, path: Path, model: Any, prefix: tuple[str | int, ...] = ()) -> Any:
        name = str(path.relative_to(self.root))
        document = self.documents.get(name)
        if document is None:
            document = self.documents[name] = read_document(path, self.root)
        if document.problems:
            self.problems.extend(document.problems)
            return None
        if prefix and not (isinstance(document.data, dict) and prefix[0] in document.data):
            self.problems.append(document.at((), f"Il manque la clé « {prefix[0]} »."))
            return None
        found = validate(document, model, prefix)
        self.problems.extend(document.problems)
        return found

    def at(self, finding: Finding) -> Problem:
        document = self.documents[finding.file]
        return document.at(finding.path, finding.message + closest_hint(finding))


def closest_hint(finding: Finding) -> str:
    return closest(finding.word, finding.known) if finding.word else ""


def load(root: Path, slug: str) -> Definitions:
    """Read `root/slug`. Raises `FaultyError` with every problem found, sorted by file and line."""
    shelf = Shelf(root)
    folder = root / slug
    study = shelf.read(folder / "study.yaml", list[Study], ("statements",))
    study_source = shelf.read(folder / "study.yaml", Source, ("source",))
    sources = shelf.read(folder / "sources.yaml", list[Source], ("sources",))
    texts = shelf.read(folder / "report.yaml", ReportTexts)
    devices = _devices(shelf, folder / "devices")
    editions = {path.name: _edition(shelf, path) for path in sorted((folder / "editions").iterdir()) if path.is_dir()}
    if shelf.problems:
        raise FaultyError(shelf.problems)
    named_study = _unique(shelf, folder / "study.yaml", "statements", study)
    named_sources = _unique(shelf, folder / "sources.yaml", "sources", sources)
    definitions = Definitions(
        slug=slug,
        editions={name: edition for name, edition in editions.items() if edition is not None},
        devices=tuple(devices),
        study=named_study,
        study_source=study_source,
        sources=named_sources,
        texts=texts,
        digests={
            "devices": wording_digest(*devices),
            "wording": wording_digest(texts, *study, *sources),
            **{name: structure_digest(edition) for name, edition in editions.items() if edition is not None},
        },
    )
    shelf.problems.extend(shelf.at(finding) for finding in check_definitions(definitions))
    if shelf.problems:
        raise FaultyError(shelf.problems)
    return definitions


def _devices(shelf: Shelf, folder: Path) -> list[Device]:
    found = []
    for path in sorted(folder.glob("*.yaml")):
        device = shelf.read(path, Device)
        if device is None:
            continue
        if device.id != path.stem:
            message = f"L'identifiant « {device.id} » doit être le nom du fichier, « {path.stem} »."
            shelf.problems.append(shelf.documents[str(path.relative_to(shelf.root))].at(("id",), message))
        found.append(device)
    return found


def _edition(shelf: Shelf, folder: Path) -> Edition | None:
    parts = {name: shelf.read(folder / f"{name}.yaml", model) for name, model in PARTS.items()}
    if None in parts.values():
        return None
    questionnaire = parts["questionnaire"]
    if questionnaire.edition != folder.name:
        message = f"L'édition « {questionnaire.edition} » doit porter le nom de son dossier, « {folder.name} »."
        path = str((folder / "questionnaire.yaml").relative_to(shelf.root))
        shelf.problems.append(shelf.documents[path].at(("edition",), message))
    return Edition(**parts)


def _unique(shelf: Shelf, path: Path, key: str, parts: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    document = shelf.documents[str(path.relative_to(shelf.root))]
    for index, part in enumerate(parts):
        if part.id in found:
            message = f"L'identifiant « {part.id} » est déjà pris. Choisissez-en un autre."
            shelf.problems.append(document.at((key, index, "id"), message))
        found[part.id] = part
    return found
