"""The columns of an export, each with what the data dictionary says of it.

Apart: what is exported changes with the questionnaire and the report, how it is written does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from selfassess.core.answers.in_words import BETWEEN, Cell, cell_values
from selfassess.core.answers.items import LABEL
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Item, Question
from selfassess.core.definition.typography import NBSP
from selfassess.core.review.acts import CONTRIBUTOR, RESPONDENT
from selfassess.web.french import french
from selfassess.web.review.exported import ExportedFile, in_paris
from selfassess.web.review.state_labels import STATES

READ_BY = {"validated": "validée", "under_way": "en cours"}


@dataclass(frozen=True)
class ExportColumn:
    """`key` is its name in the JSON export; `question`, `values`: as they are asked and may be answered."""

    name: str
    meaning: str
    read: Callable[[ExportedFile], Cell]
    question: str = ""
    values: str = ""
    key: str = ""
    editions: str = ""


def columns(editions: Sequence[Edition]) -> list[ExportColumn]:
    """Those of files of these editions, none twice: a question of any of them has its columns in every row."""
    found: dict[str, ExportColumn] = {}
    for column in (*FILE_COLUMNS, *READING_COLUMNS, *_questions(editions)):
        name = french(column.name)
        if name in found:
            name = f"{name} ({column.key})"
        found[name] = replace(column, name=name, meaning=french(column.meaning))
    return list(found.values())


def _structure(file: ExportedFile) -> Cell:
    types = file.edition.questionnaire.territory.types
    return next((kind.text for kind in types if kind.id == file.territory.get("type")), None)


def _assigned(file: ExportedFile) -> Cell:
    return file.submission.assigned.label if file.submission.assigned else None


def _reviewed_on(file: ExportedFile) -> Cell:
    day = file.flat["reviewed_on"]
    return date.fromisoformat(day) if day else None


def _flat(name: str) -> Callable[[ExportedFile], Cell]:
    return lambda one: one.flat[name]


FILE_COLUMNS = (
    ExportColumn(
        "Référence",
        "Nom du dossier entre personnes ; il n'ouvre rien.",
        lambda one: one.submission.reference,
        key="reference",
    ),
    ExportColumn("Réseau", "Réseau à qui le dossier est envoyé.", lambda one: one.network, key="network"),
    ExportColumn("Territoire", "Nom de la structure porteuse.", lambda one: one.territory.get("name")),
    ExportColumn(
        "Code officiel",
        "C + code INSEE d'une commune, E + SIREN d'un groupement, D ou R + code ; vide pour "
        "une structure décrite à la main.",
        lambda one: one.territory.get("code"),
    ),
    ExportColumn("Type de structure", "Nature de la structure porteuse.", _structure),
    ExportColumn("Département", "Code et nom du département principal.", lambda one: one.departement),
    ExportColumn("Région", "Région de ce département.", lambda one: one.region, key="region"),
    ExportColumn(
        "Habitants",
        "Pour une structure décrite à la main, le bas de la tranche ; vide pour la première.",
        lambda one: one.territory.get("population") or None,
    ),
    ExportColumn("Édition", "Édition du questionnaire rempli.", lambda one: one.submission.edition, key="edition"),
    ExportColumn(
        "État",
        "Où en est le dossier.",
        lambda one: STATES[one.submission.state].one,
        values=BETWEEN.join(one.one for one in STATES.values()),
        key="state",
    ),
    ExportColumn("Commencé le", "Heure de Paris.", lambda one: in_paris(one.submission.created_at), key="started_at"),
    ExportColumn(
        "Envoyé le",
        "Dernier envoi au réseau, heure de Paris.",
        lambda one: in_paris(one.submission.sent_at),
        key="sent_at",
    ),
    ExportColumn(
        "Dernier mouvement le",
        "Dernier acte sur le dossier, heure de Paris.",
        lambda one: in_paris(one.submission.moved_at),
        key="moved_at",
    ),
    ExportColumn("Suivi par", "Qui suit le dossier dans le réseau ; vide : personne.", _assigned, key="assigned"),
)
READING_COLUMNS = (
    ExportColumn(
        "Lecture déclarée",
        "Ce que le rapport envoyé dit d'abord du lien entre le PAT et l'international.",
        lambda one: one.report.page_one.headline.study_term.replace(
            f"{NBSP}:", " :"
        ),  # as in reports of before: one value
        key="declared.principal",
    ),
    ExportColumn(
        "Confiance",
        "Assurance de la lecture déclarée.",
        lambda one: one.report.page_one.headline.confidence,
        values=BETWEEN.join(("forte", "moyenne", "faible", "aucune")),
        key="declared.confidence",
    ),
    ExportColumn(
        "Service des relations internationales",
        "Cas lu dans les réponses.",
        lambda one: one.report.service.title,
        key="declared.ri_case",
    ),
    ExportColumn(
        "Catégories déclarées",
        "Toutes celles que le rapport envoyé retient.",
        _flat("declared_categories"),
        key="declared.categories",
    ),
    ExportColumn(
        "Dispositifs déclarés",
        "Ceux que le rapport envoyé conseille, dans l'ordre.",
        _flat("declared_devices"),
        key="declared.devices",
    ),
    ExportColumn(
        "Numéro de vérification du rapport envoyé",
        "Identifie le rapport tel qu'il a été envoyé ou corrigé.",
        lambda one: one.revision.fingerprint,
        key="declared_fingerprint",
    ),
    ExportColumn(
        "Relecture",
        "La lecture du réseau ; vide tant qu'il n'en a pas écrit.",
        lambda one: READ_BY[one.report.review.state] if one.report.review else None,
        values=BETWEEN.join(READ_BY.values()),
        key="reviewed.state",
    ),
    ExportColumn(
        "Relu par", "Qui a validé, sinon qui a écrit la lecture du réseau.", _flat("reviewed_by"), key="reviewed"
    ),
    ExportColumn("Relu le", "Jour de la validation, sinon de la lecture du réseau.", _reviewed_on, key="reviewed"),
    ExportColumn(
        "Ce que le réseau lit autrement",
        "Ce qui diffère de la lecture déclarée, en une phrase.",
        _flat("otherwise"),
        key="reviewed",
    ),
    ExportColumn(
        "Catégories relues", "Toutes celles que le réseau retient.", _flat("reviewed_categories"), key="reviewed"
    ),
    ExportColumn("Raisons du réseau", "Une ligne par catégorie dont il parle.", _flat("reasons"), key="reviewed"),
    ExportColumn(
        "Dispositifs relus", "Ceux que le réseau conseille, dans l'ordre.", _flat("reviewed_devices"), key="reviewed"
    ),
    ExportColumn(
        "Raison de l'ordre",
        "Pourquoi le réseau a changé l'ordre des dispositifs.",
        _flat("order_reason"),
        key="reviewed",
    ),
    ExportColumn("Avis du réseau", "Son conseil, avec ses mots.", _flat("advice"), key="reviewed"),
    ExportColumn(
        "Commentaires du réseau", "Une ligne par commentaire.", lambda one: one.remarks, key="reviewed.comments"
    ),
    ExportColumn(
        "Lecture qui passe en premier",
        "Celle dont la première page est faite : la lecture du réseau une fois validée, si elle diffère.",
        _flat("leads"),
        values=BETWEEN.join(("déclarée", "réseau")),
        key="leading.reading",
    ),
    ExportColumn(
        "Décision à l'ordre du jour",
        "Celle de la première page, choisie par le territoire quand la lecture du réseau passe en premier.",
        _flat("agenda"),
        key="leading.decision",
    ),
    ExportColumn(
        "Numéro de vérification du rapport relu",
        "Identifie le rapport avec la lecture du réseau ; sans elle, celle du rapport envoyé.",
        lambda one: one.report.fingerprint,
        key="fingerprint",
    ),
)


@dataclass(frozen=True)
class ExportedQuestion:
    """A question as columns know it, in the item of that `rank` (0 = first) or none. `editions`: those that ask it."""

    question: Question
    rank: int | None
    name: str
    key: str
    editions: str


def _questions(editions: Sequence[Edition]) -> Iterator[ExportColumn]:
    """Answers first, then comments, then what two services answered: a reader stops where they like."""
    found = list(_asked(editions))
    for asked in found:
        read: Callable[[ExportedFile], Cell] = partial(_answer, asked)
        yield _column(asked, asked.name, "Réponse qui compte.", read, asked.key)
        if asked.question.item is not None:
            yield from _labels(asked, asked.question.item)
    for asked in found:
        read = partial(_comment, asked)
        yield _column(
            asked, f"{asked.name} – commentaire", "Ce que le territoire a ajouté.", read, f"comments.{asked.key}"
        )
    for asked in found:
        read = partial(_who, asked)
        meaning = "Rempli quand deux services ont répondu au dossier."
        yield _column(asked, f"{asked.name} – qui a répondu", meaning, read, f"authors.{asked.key}")
        for role, who in ((RESPONDENT, "coordination"), (CONTRIBUTOR, "autre service")):
            read, meaning = partial(_voice, asked, role), "Rempli quand les deux services ont répondu différemment."
            yield _column(asked, f"{asked.name} – réponse : {who}", meaning, read, f"voices.{asked.key}.{role}")


def _asked(editions: Sequence[Edition]) -> Iterator[ExportedQuestion]:
    """The questions of every edition, each once, in the words of the latest that has it; items are numbered."""
    latest_first = [one.questionnaire for one in reversed(editions)]
    noun = latest_first[0].item.noun.capitalize()
    items = _merged(one.items for one in latest_first)
    for name, question in _merged(one.questions for one in latest_first).items():
        if question.is_territory:
            continue
        title = f"{question.short} – nombre" if question.item else question.short
        yield ExportedQuestion(question, None, title, name, _asking(editions, name))
        for rank in range(question.max or 0) if question.item else ():
            for asked in items.values():
                title, key = f"{noun} {rank + 1} – {asked.short}", f"{name}.{rank}.{asked.id}"
                yield ExportedQuestion(asked, rank, title, key, _asking(editions, asked.id))


def _merged(ones: Iterable[Mapping[str, Question]]) -> dict[str, Question]:
    """What the first says, then what the others add."""
    found: dict[str, Question] = {}
    for questions in ones:
        found = {**found, **{name: question for name, question in questions.items() if name not in found}}
    return found


def _asking(editions: Sequence[Edition], question: str) -> str:
    return BETWEEN.join(one.id for one in editions if question in one.questionnaire.every)


def _labels(group: ExportedQuestion, item: Item) -> Iterator[ExportColumn]:
    for rank in range(group.question.max or 0):
        read: Callable[[ExportedFile], Cell] = partial(_label, rank)
        name, key = f"{item.noun.capitalize()} {rank + 1} – nom", f"{group.key}.{rank}.{LABEL}"
        yield ExportColumn(name, "Nom donné par le territoire.", read, item.label, key=key, editions=group.editions)


def _column(
    asked: ExportedQuestion, name: str, meaning: str, read: Callable[[ExportedFile], Cell], key: str
) -> ExportColumn:
    question = asked.question
    if question.form.several:
        meaning += " Réponses dans l'ordre donné." if question.form.ranked else " Plusieurs réponses possibles."
    return ExportColumn(name, meaning, read, question.text, cell_values(question), key, asked.editions)


def _answer(asked: ExportedQuestion, file: ExportedFile) -> Cell:
    return file.answer(asked.question.id, asked.rank)


def _comment(asked: ExportedQuestion, file: ExportedFile) -> Cell:
    return file.comment(asked.question.id, asked.rank)


def _who(asked: ExportedQuestion, file: ExportedFile) -> Cell:
    return file.who(asked.question.id, asked.rank)


def _voice(asked: ExportedQuestion, role: str, file: ExportedFile) -> Cell:
    return file.voice(asked.question.id, asked.rank, role)


def _label(rank: int, file: ExportedFile) -> Cell:
    label = file.items[rank][1].get(LABEL) if rank < len(file.items) else None
    return None if label is None else str(label)
