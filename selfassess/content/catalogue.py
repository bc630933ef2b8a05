"""Definitions on disk → `Definitions`: every file read, every cross-reference checked, all problems at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import TypeVar

from selfassess.authoring.checks.condition_checks import Finding
from selfassess.authoring.checks.contact_checks import check_contacts
from selfassess.authoring.checks.cross_checks import check_definitions
from selfassess.authoring.checks.document_checks import check_documents, check_network
from selfassess.authoring.checks.door_checks import check_doors
from selfassess.authoring.checks.example_checks import check_examples
from selfassess.authoring.checks.partner_page_checks import check_abroad
from selfassess.authoring.checks.place_checks import check_places
from selfassess.content.directory import Directory, departements, places_of
from selfassess.content.editions import following, order, well_formed
from selfassess.content.lock import NAME, departures, read_lock, unlocked
from selfassess.content.reader import Document, FaultyError, Problem, closest, read_document, strays, validate
from selfassess.core.definition.contacts import Contacts
from selfassess.core.definition.decision_rules import DecisionRules
from selfassess.core.definition.device import Device, Source
from selfassess.core.definition.document_texts import DocumentTexts
from selfassess.core.definition.doors import CallsFile, Doors, ProgrammesFile
from selfassess.core.definition.edition import Definitions, Edition, meaning_digest
from selfassess.core.definition.examples import Example, PlacedExample
from selfassess.core.definition.means import Means
from selfassess.core.definition.network_rules import NetworkRules
from selfassess.core.definition.partner_texts import PARTNER_FILES, PartnerPageTexts
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.definition.report_texts import ReportTexts
from selfassess.core.definition.strict import Strict, Text
from selfassess.core.definition.typology import Contradictions, Maturity, Study, Typology

YAML_LIKE = {".yaml", ".yml"}  # a note beside them is nobody's mistake


class StudyFile(Strict):
    """`study.yaml`: the publication, the places of the document in their order, and what it says at each."""

    source: Source
    places: tuple[Text, ...]
    statements: tuple[Study, ...]


class Publications(Strict):
    """`sources.yaml`."""

    sources: tuple[Source, ...]


class Examples(Strict):
    """`examples.yaml`."""

    examples: tuple[Example, ...]


T = TypeVar("T")
Named = TypeVar("Named", Study, Source)


class Shelf:
    """The documents read so far: needed to point a later fault at its line."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.documents: dict[str, Document] = {}
        self.problems: list[Problem] = []

    def read(self, path: Path, model: type[T]) -> T | None:
        """What a file says; None for faults, which join the problems."""
        name = str(path.relative_to(self.root))
        document = self.documents.get(name)
        if document is None:
            document = self.documents[name] = read_document(path, self.root)
        if document.problems:
            self.problems.extend(document.problems)
            return None
        found = validate(document, model)
        self.problems.extend(document.problems)
        return found

    def at(self, finding: Finding) -> Problem:
        document = self.documents[finding.file]
        return document.at(finding.path, finding.message + closest_hint(finding))


def placed(root: Path, findings: Iterable[Finding]) -> list[Problem]:
    """What is found after the definitions were read, each at its line and column (the files are read again)."""
    shelf = Shelf(root)
    for finding in findings:
        if finding.file not in shelf.documents:
            shelf.documents[finding.file] = read_document(root / finding.file, root)
        shelf.problems.append(shelf.at(finding))
    return sorted(shelf.problems)


def closest_hint(finding: Finding) -> str:
    return closest(finding.word, finding.known) if finding.word else ""


def load(root: Path, slug: str) -> Definitions:
    """Read `root/slug`. Raises `FaultyError` with every problem found, sorted by file and line."""
    shelf = Shelf(root)
    folder = root / slug
    study, publications = (
        shelf.read(folder / "study.yaml", StudyFile),
        shelf.read(folder / "sources.yaml", Publications),
    )
    contacts = shelf.read(folder / "contacts.yaml", Contacts)
    texts = shelf.read(folder / "report.yaml", ReportTexts)
    abroad = {one: shelf.read(folder / file, PartnerPageTexts) for one, file in PARTNER_FILES.items()}
    documents = shelf.read(folder / "documents.yaml", DocumentTexts)
    network = shelf.read(folder / "network.yaml", NetworkRules)
    doors = _doors(shelf, folder)
    examples = _examples(shelf, folder, doors)
    rules = shelf.read(folder / "decision.yaml", DecisionRules)
    devices = _devices(shelf, folder / "devices")
    editions = {path.name: _edition(shelf, path) for path in _folders(shelf, folder / "editions")}
    if shelf.problems or not (study and publications and contacts and texts and doors and rules):
        raise FaultyError(shelf.problems)
    assert documents and network  # noqa: S101, PT018  read without a problem
    definitions = Definitions(
        slug=slug,
        editions={name: _within(doors, edition) for name, edition in editions.items() if edition is not None},
        devices=tuple(devices),
        doors=doors,
        rules=rules,
        study=_unique(shelf, folder / "study.yaml", "statements", study.statements),
        study_source=study.source,
        sources=_unique(shelf, folder / "sources.yaml", "sources", publications.sources),
        contacts=contacts,
        texts=texts,
        abroad={name: one for name, one in abroad.items() if one},
        documents=documents,
        examples=examples,
        network=network,
        files=_digests(folder, study, publications, contacts, texts, doors, examples, rules, devices, editions),
    )
    return _checked(shelf, definitions)


def _checked(shelf: Shelf, definitions: Definitions) -> Definitions:
    """Raises `FaultyError` with every fault of what stands across files."""
    checks = (
        check_definitions,
        check_doors,
        check_contacts,
        check_abroad,
        check_documents,
        check_network,
        check_examples,
    )
    for check in checks:
        shelf.problems.extend(map(shelf.at, check(definitions)))
    loose = _keep_published(shelf, definitions)
    if shelf.problems:
        raise FaultyError(shelf.problems)
    return replace(definitions, unlocked=loose)


def _within(doors: Doors, edition: Edition) -> Edition:
    """The edition, able to say in which zone a territory lies."""
    return replace(edition, questionnaire=edition.questionnaire.within(doors))


def load_directory(root: Path, definitions: Definitions) -> Directory:
    """The authorities, every place that the definitions name among them. Raises `FaultyError` or `DirectoryError`."""
    directory = Directory.load(root / definitions.slug / "directory")
    strange = placed(root, check_places(definitions, directory.types, directory.departements, directory.has))
    if strange:
        raise FaultyError(strange)
    return directory


def _digests(
    folder: Path,
    study: StudyFile,
    publications: Publications,
    contacts: Contacts,
    texts: ReportTexts,
    doors: Doors,
    examples: tuple[PlacedExample, ...],
    rules: DecisionRules,
    devices: list[Device],
    editions: dict[str, Edition | None],
) -> dict[str, str]:
    """What each file says, wording included; comments and layout left out."""
    read: dict[str, Iterable[Strict]] = {
        "study": [*study.statements, study.source],
        "sources": publications.sources,
        "contacts": [contacts],
        "report": [texts],
        "calls": [CallsFile(read_on=doors.read_on, calls=doors.calls)] if doors.read_on else doors.calls,
        "programmes": [*filter(None, [doors.derives]), *doors.programmes],
        "examples": examples,
        "decision": [rules],
    }
    read |= {f"devices/{one.id}": [one] for one in devices}
    for name, edition in editions.items():
        read |= {f"editions/{name}/{part}": [said] for part, said in (edition.parts if edition else {}).items()}
    return {f"{folder.name}/{name}.yaml": meaning_digest(*parts) for name, parts in read.items()}


def _folders(shelf: Shelf, folder: Path) -> list[Path]:
    """The editions, oldest first."""
    if not folder.is_dir():
        shelf.problems.append(Problem(str(folder.relative_to(shelf.root)), 1, 1, "Ce dossier manque."))
        return []
    unread = "Ce fichier n'est pas lu : une édition est un dossier. Rangez-le dans le sien, ou retirez-le."
    shelf.problems.extend(
        strays(shelf.root, folder, lambda path: path.is_dir() or path.suffix not in YAML_LIKE, unread)
    )
    found = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    for path in found:
        if not well_formed(path.name):
            message = "Le nom d'une édition est une année, un tiret, un numéro, comme 2027-1. Renommez ce dossier."
            shelf.problems.append(Problem(str(path.relative_to(shelf.root)), 1, 1, message))
    return sorted((path for path in found if well_formed(path.name)), key=lambda path: order(path.name))


def _keep_published(shelf: Shelf, definitions: Definitions) -> tuple[str, ...]:
    """Published editions are as locked; gives those that are not in the lock yet."""
    editions = definitions.editions
    published = [one.id for one in editions.values() if one.questionnaire.published]
    if not published:
        message = "Aucune édition n'est publiée : il en faut une pour que le site l'ouvre (« published: true »)."
        shelf.problems.append(Problem(f"{definitions.slug}/editions", 1, 1, message))
        return ()

    def document(edition: str, part: str) -> Document:
        name = f"{definitions.slug}/editions/{edition}/{part}.yaml"
        return shelf.documents.get(name, Document(name))

    try:
        lock, file = read_lock(shelf.root)
    except FaultyError as error:
        shelf.problems.extend(error.problems)
        return ()
    shelf.problems.extend(departures(lock, file, editions, document, following(editions)))
    return tuple(name for name in published if unlocked(lock, editions[name]))


def unlocked_problem(name: str) -> Problem:
    """Not a fault at start-up: the command that mends it needs the application."""
    message = f"L'édition {name} n'est pas protégée. Lancez « flask --app wsgi questions publish {name} »."
    return Problem(NAME, 1, 1, message)


def _doors(shelf: Shelf, folder: Path) -> Doors | None:
    calls = shelf.read(folder / "calls.yaml", CallsFile)
    programmes = shelf.read(folder / "programmes.yaml", ProgrammesFile)
    if calls is None or programmes is None:
        return None
    return Doors(
        calls.calls, programmes.programmes, programmes.derives, departements(folder / "directory"), calls.read_on
    )


def _examples(shelf: Shelf, folder: Path, doors: Doors | None) -> tuple[PlacedExample, ...]:
    """With what the directory says of each; a code that it does not have is told by `check_examples`."""
    read = shelf.read(folder / "examples.yaml", Examples)
    if read is None or doors is None:
        return ()
    places = places_of(folder / "directory", {one.code for one in read.examples if one.code})
    found = []
    for example in read.examples:
        place = places.get(example.code or "")
        departement = place.departement if place else example.departement
        found.append(
            PlacedExample(
                example=example,
                rows=place.rows if place else (),
                population=place.population if place else None,
                departement=departement,
                region=doors.departements.beside(departement or ""),
            )
        )
    return tuple(found)


def _devices(shelf: Shelf, folder: Path) -> list[Device]:
    found = []
    if not folder.is_dir():
        shelf.problems.append(Problem(str(folder.relative_to(shelf.root)), 1, 1, "Ce dossier manque."))
        return []
    unread = "Ce fichier n'est pas lu : le nom d'un dispositif finit par « .yaml ». Renommez-le ou retirez-le."
    shelf.problems.extend(strays(shelf.root, folder, lambda path: path.suffix == ".yaml", unread))
    for path in sorted(folder.glob("[!.]*.yaml")):
        device = shelf.read(path, Device)
        if device is None:
            continue
        if device.id != path.stem:
            message = f"L'identifiant « {device.id} » doit être le nom du fichier, « {path.stem} »."
            shelf.problems.append(shelf.documents[str(path.relative_to(shelf.root))].at(("id",), message))
        found.append(device)
    return found


def _edition(shelf: Shelf, folder: Path) -> Edition | None:
    known = {*(f"{part.name}.yaml" for part in fields(Edition)), "invariants.yaml", "cases"}
    unread = f"Rien ne lit ce fichier : une édition a {', '.join(sorted(known))}. Renommez-le ou retirez-le."
    shelf.problems.extend(
        strays(shelf.root, folder, lambda path: path.name in known or path.suffix not in YAML_LIKE, unread)
    )
    questionnaire = shelf.read(folder / "questionnaire.yaml", Questionnaire)
    typology = shelf.read(folder / "typology.yaml", Typology)
    maturity = shelf.read(folder / "maturity.yaml", Maturity)
    means = shelf.read(folder / "means.yaml", Means)
    contradictions = shelf.read(folder / "contradictions.yaml", Contradictions)
    if not (questionnaire and typology and maturity and means and contradictions):
        return None
    if questionnaire.edition != folder.name:
        message = f"L'édition « {questionnaire.edition} » doit porter le nom de son dossier, « {folder.name} »."
        path = str((folder / "questionnaire.yaml").relative_to(shelf.root))
        shelf.problems.append(shelf.documents[path].at(("edition",), message))
    return Edition(questionnaire, typology, maturity, means, contradictions)


def _unique(shelf: Shelf, path: Path, key: str, parts: Iterable[Named]) -> dict[str, Named]:
    found: dict[str, Named] = {}
    document = shelf.documents[str(path.relative_to(shelf.root))]
    for index, part in enumerate(parts):
        if part.id in found:
            message = f"L'identifiant « {part.id} » est déjà pris. Choisissez-en un autre."
            shelf.problems.append(document.at((key, index, "id"), message))
        found[part.id] = part
    return found
