"""The columns of an export, each with what the data dictionary says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from selfassess.core.answers.answers import LABEL
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Item, Question
from selfassess.core.review.acts import CONTRIBUTOR, RESPONDENT
from selfassess.web.french import french
from selfassess.web.review.exported import BETWEEN, Exported, in_paris
from selfassess.web.review.state_labels import STATES

Cell = str | int | date | None
READ_BY = {"validated": "validée", "under_way": "en cours"}


@dataclass(frozen=True)
class Column:
    """`key` is its name in the JSON export; `question`, `values`: as they are asked and may be answered."""

    name: str
    meaning: str
    read: Callable[[Exported], Cell]
    question: str = ""
    values: str = ""
    key: str = ""
    editions: str = ""


def columns(editions: Sequence[Edition]) -> list[Column]:
    """Those of files of these editions, none twice: a question of any of them has its columns in every row."""
    found: dict[str, Column] = {}
    for one in (*_file(), *_reading(), *_questions(editions)):
        name = french(one.name)
        if name in found:
            name = f"{name} ({one.key})"
        found[name] = replace(one, name=name, meaning=french(one.meaning))
    return list(found.values())


def _file() -> Iterator[Column]:
    def kind(one: Exported) -> Cell:
        types = one.edition.questionnaire.territory.types
        return next((kind.text for kind in types if kind.id == one.territory.get("type")), None)

    states = BETWEEN.join(one.one for one in STATES.values())
    yield Column("Référence", "Nom du dossier entre personnes ; il n'ouvre rien.", lambda one: one.submission.reference,
                 key="reference")  # fmt: skip
    yield Column("Réseau", "Réseau à qui le dossier est envoyé.", lambda one: one.network, key="network")
    yield Column("Territoire", "Nom de la structure porteuse.", lambda one: one.territory.get("name"))
    yield Column("Code officiel", "C + code INSEE d'une commune, E + SIREN d'un groupement, D ou R + code ; vide pour "
                 "une structure décrite à la main.", lambda one: one.territory.get("code"))  # fmt: skip
    yield Column("Type de structure", "Nature de la structure porteuse.", kind)
    yield Column("Département", "Code et nom du département principal.", lambda one: one.departement)
    yield Column("Région", "Région de ce département.", lambda one: one.region, key="region")
    yield Column("Habitants", "Pour une structure décrite à la main, le bas de la tranche ; vide pour la première.",
                 lambda one: one.territory.get("population") or None)  # fmt: skip
    yield Column("Édition", "Édition du questionnaire rempli.", lambda one: one.submission.edition, key="edition")
    yield Column("État", "Où en est le dossier.", lambda one: STATES[one.submission.state].one, values=states,
                 key="state")  # fmt: skip
    yield Column("Commencé le", "Heure de Paris.", lambda one: in_paris(one.submission.created_at), key="started_at")
    yield Column("Envoyé le", "Dernier envoi au réseau, heure de Paris.", lambda one: in_paris(one.submission.sent_at),
                 key="sent_at")  # fmt: skip
    yield Column("Dernier mouvement le", "Dernier acte sur le dossier, heure de Paris.",
                 lambda one: in_paris(one.submission.moved_at), key="moved_at")  # fmt: skip
    yield Column("Suivi par", "Qui suit le dossier dans le réseau ; vide : personne.", _assigned, key="assigned")


def _assigned(one: Exported) -> Cell:
    return one.submission.assigned.label if one.submission.assigned else None


def _reading() -> Iterator[Column]:
    def flat(name: str) -> Callable[[Exported], Cell]:
        return lambda one: one.flat[name]

    yield Column("Lecture déclarée", "Ce que le rapport envoyé dit d'abord du lien entre le PAT et l'international.",
                 lambda one: one.report.page_one.headline.title, key="declared.principal")  # fmt: skip
    yield Column("Confiance", "Assurance de la lecture déclarée.", lambda one: one.report.page_one.headline.confidence,
                 values=BETWEEN.join(("forte", "moyenne", "faible", "aucune")), key="declared.confidence")  # fmt: skip
    yield Column("Service des relations internationales", "Cas lu dans les réponses.",
                 lambda one: one.report.service.title, key="declared.ri_case")  # fmt: skip
    yield Column("Catégories déclarées", "Toutes celles que le rapport envoyé retient.", flat("declared_categories"),
                 key="declared.categories")  # fmt: skip
    yield Column("Dispositifs déclarés", "Ceux que le rapport envoyé conseille, dans l'ordre.",
                 flat("declared_devices"), key="declared.devices")  # fmt: skip
    yield Column("Empreinte du rapport envoyé", "Identifie le rapport tel qu'il a été envoyé ou corrigé.",
                 lambda one: one.revision.fingerprint, key="declared_fingerprint")  # fmt: skip
    yield Column("Relecture", "La lecture du réseau ; vide tant qu'il n'en a pas écrit.",
                 lambda one: READ_BY[one.report.review.state] if one.report.review else None,
                 values=BETWEEN.join(READ_BY.values()), key="reviewed.state")  # fmt: skip
    for name, title, meaning in (
        ("reviewed_by", "Relu par", "Qui a validé, sinon qui a écrit la lecture du réseau."),
        ("reviewed_on", "Relu le", "Jour de la validation, sinon de la lecture du réseau."),
        ("otherwise", "Ce que le réseau lit autrement", "Ce qui diffère de la lecture déclarée, en une phrase."),
        ("reviewed_categories", "Catégories relues", "Toutes celles que le réseau retient."),
        ("reasons", "Raisons du réseau", "Une ligne par catégorie dont il parle."),
        ("reviewed_devices", "Dispositifs relus", "Ceux que le réseau conseille, dans l'ordre."),
        ("order_reason", "Raison de l'ordre", "Pourquoi le réseau a changé l'ordre des dispositifs."),
        ("advice", "Avis du réseau", "Son conseil, avec ses mots."),
    ):
        yield Column(title, meaning, _reviewed_on if name == "reviewed_on" else flat(name), key="reviewed")
    yield Column(
        "Commentaires du réseau", "Une ligne par commentaire.", lambda one: one.remarks, key="reviewed.comments"
    )
    yield Column("Empreinte du rapport relu", "Identifie le rapport avec la lecture du réseau ; sans elle, celle du "
                 "rapport envoyé.", lambda one: one.report.fingerprint, key="fingerprint")  # fmt: skip


def _reviewed_on(one: Exported) -> Cell:
    day = one.flat["reviewed_on"]
    return date.fromisoformat(day) if day else None


@dataclass(frozen=True)
class Asked:
    """A question as columns know it, in an item when `item` says its rank. `editions`: those that ask it."""

    question: Question
    item: int | None
    name: str
    key: str
    editions: str


def _questions(editions: Sequence[Edition]) -> Iterator[Column]:
    """Answers first, then comments, then what two services answered: a reader stops where they like."""
    found = list(_asked(editions))
    for one in found:
        read: Callable[[Exported], Cell] = partial(_answer, one)
        yield _column(one, one.name, "Réponse qui compte.", read, one.key)
        if one.question.item is not None:
            yield from _labels(one, one.question.item)
    for one in found:
        read = partial(_comment, one)
        yield _column(one, f"{one.name} – commentaire", "Ce que le territoire a ajouté.", read, f"comments.{one.key}")
    for one in found:
        read = partial(_who, one)
        meaning = "Rempli quand deux services ont répondu au dossier."
        yield _column(one, f"{one.name} – qui a répondu", meaning, read, f"authors.{one.key}")
        for role, who in ((RESPONDENT, "coordination"), (CONTRIBUTOR, "autre service")):
            read, meaning = partial(_voice, one, role), "Rempli quand les deux services ont répondu différemment."
            yield _column(one, f"{one.name} – réponse : {who}", meaning, read, f"voices.{one.key}.{role}")


def _asked(editions: Sequence[Edition]) -> Iterator[Asked]:
    """The questions of every edition, each once, in the words of the latest that has it; items are numbered."""
    latest_first = [one.questionnaire for one in reversed(editions)]
    noun = latest_first[0].item.noun.capitalize()
    items = _merged(one.items for one in latest_first)
    for name, question in _merged(one.questions for one in latest_first).items():
        if question.kind == "territory":
            continue
        title = f"{question.short} – nombre" if question.item else question.short
        yield Asked(question, None, title, name, _asking(editions, name))
        for rank in range(question.max or 0) if question.item else ():
            for one in items.values():
                title, key = f"{noun} {rank + 1} – {one.short}", f"{name}.{rank}.{one.id}"
                yield Asked(one, rank, title, key, _asking(editions, one.id))


def _merged(ones: Iterable[Mapping[str, Question]]) -> dict[str, Question]:
    """What the first says, then what the others add."""
    found: dict[str, Question] = {}
    for one in ones:
        found = {**found, **{name: question for name, question in one.items() if name not in found}}
    return found


def _asking(editions: Sequence[Edition], question: str) -> str:
    return BETWEEN.join(one.id for one in editions if question in one.questionnaire.every)


def _labels(group: Asked, item: Item) -> Iterator[Column]:
    for rank in range(group.question.max or 0):
        read: Callable[[Exported], Cell] = partial(_label, rank)
        name, key = f"{item.noun.capitalize()} {rank + 1} – nom", f"{group.key}.{rank}.{LABEL}"
        yield Column(name, "Nom donné par le territoire.", read, item.label, key=key, editions=group.editions)


def _column(one: Asked, name: str, meaning: str, read: Callable[[Exported], Cell], key: str) -> Column:
    values = BETWEEN.join(option.text for option in one.question.options) or "un nombre entier"
    several = {"multiple": " Plusieurs réponses possibles.", "ranked": " Réponses dans l'ordre donné."}
    kind = several.get(one.question.kind, "")
    return Column(name, meaning + kind, read, one.question.text, values, key, one.editions)


def _answer(one: Asked, file: Exported) -> Cell:
    return file.answer(one.question.id, one.item)


def _comment(one: Asked, file: Exported) -> Cell:
    return file.comment(one.question.id, one.item)


def _who(one: Asked, file: Exported) -> Cell:
    return file.who(one.question.id, one.item)


def _voice(one: Asked, role: str, file: Exported) -> Cell:
    return file.voice(one.question.id, one.item, role)


def _label(rank: int, file: Exported) -> Cell:
    return file.items[rank].get(LABEL) if rank < len(file.items) else None
