"""The sheets of an export, for people: what each holds, a line at a time, and what its columns mean.

Codes stand beside labels, answers that have an order begin with it, spaces are plain: what a table sorts and counts.

Apart: what is exported changes with the questionnaire and the reading, how it is written does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from sqlalchemy import Select

from selfassess.core.answers.in_words import BETWEEN, Cell
from selfassess.core.answers.two_roles import SharedAnswer, held
from selfassess.core.definition.condition import Ref
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.questionnaire import Question
from selfassess.core.definition.verdicts import VERDICTS
from selfassess.core.network.summary import DeviceSummary, FileSummary
from selfassess.core.review.acts import RESPONDENT, VALIDATED, Review, review
from selfassess.store.acts import entries
from selfassess.store.database import db
from selfassess.store.exporting import FileInShort, in_short
from selfassess.store.models import Submission
from selfassess.web.definitions import Library, library
from selfassess.web.export.exported import in_paris
from selfassess.web.files.opened_file import COORDINATION
from selfassess.web.files.who_answered import ANOTHER, ordered
from selfassess.web.french import french
from selfassess.web.report.visibility import summary_of
from selfassess.web.review.state_labels import STATES
from selfassess.web.settings import public_address

CATEGORY_VERDICTS = ("assigned", "undecided", "ruled_out")
DIFFERING = "(réponses différentes)"
TERRITORY, NETWORK = "territoire", "réseau"  # who says it
OPTIONS = 3  # that page one advises at the most
UNDER_WAY, CONFIRMED, OTHERWISE = "lecture en cours", "validée, confirme", "validée, lit autrement"


@dataclass(frozen=True)
class SheetLine:
    """A file as its sheets say it; `known`: definitions and directory."""

    file: FileInShort
    known: Library

    @cached_property
    def declared(self) -> FileSummary:
        return FileSummary.model_validate(self.kept[0])

    @cached_property
    def reviewed(self) -> FileSummary | None:
        kept = self.kept[1] if self.file.state == VALIDATED else None
        return FileSummary.model_validate(kept) if kept else None

    @cached_property
    def kept(self) -> tuple[object, object]:
        """Of a file sent or validated before they were kept, made now."""
        told = self.file.reviewed is not None or self.file.state != VALIDATED
        if self.file.declared is not None and told:
            return self.file.declared, self.file.reviewed
        made = summary_of(db.session.get_one(Submission, self.file.id), self.edition)
        return made.declared, made.reviewed

    @cached_property
    def edition(self) -> Edition:
        definitions = self.known.definitions
        return definitions.editions.get(self.file.edition, definitions.current)

    @cached_property
    def review(self) -> Review:
        return review(entries(self.file.events))

    @property
    def reading(self) -> FileSummary:
        """What leads: the network's once validated."""
        return self.reviewed or self.declared

    def options(self, name: str, given: Sequence[str]) -> Cell:
        """Answers in words; those of a question that has an order begin with it."""
        question = self.edition.questionnaire.every.get(name)
        if question is None or not given:
            return None
        return BETWEEN.join(labelled(question, one) for one in given if one in question.by_option)

    def given(self, name: str) -> Cell:
        return self.differing(name) or self.options(name, self.declared.answers.get(name, ()))

    def differing(self, name: str, action: int | None = None) -> Cell:
        """What two services answered, both, while nobody chose. `action`: its rank."""
        one = self.disputed.get((name, action))
        if one is None:
            return None
        said = (f"{_service(role)} : {self._in_words(name, voice.value)}" for role, voice in ordered(one))
        return f"{DIFFERING} {' / '.join(said)}"

    @cached_property
    def disputed(self) -> Mapping[tuple[str, int | None], SharedAnswer]:
        """By question, and rank of its action."""
        found = {}
        for key, kept in self.file.voices.items():
            ref, one = Ref.of(key), held(None, "", None, kept)
            if one.disputed and key in self.file.asked:
                found[ref.question, self.ranks[ref.item] if ref.item else None] = one
        return found

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """The rank of each action, by its id, in the order its questions were asked."""
        items = (Ref.of(one).item for one in self.file.asked)
        return {name: at for at, name in enumerate(dict.fromkeys(filter(None, items)), 1)}

    def _in_words(self, name: str, value: object) -> Cell:
        chosen = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else ()
        return self.options(name, chosen) or "sans réponse"


@dataclass(frozen=True)
class SheetColumn:
    """`values`: what it may hold, or its codes. `link`: where a click on it leads, in a workbook. `code`: what the JSON
    calls it. `width`: in letters, where its name says too little.
    """

    name: str
    meaning: str
    read: Callable[[SheetLine], Cell]
    values: str = ""
    link: Callable[[SheetLine], str] | None = None
    code: str = ""
    width: int = 0


@dataclass(frozen=True)
class Sheet:
    """`slug`: in addresses. `lines`: of one file, as many cells as columns each."""

    slug: str
    title: str
    about: str
    columns: Sequence[SheetColumn]
    lines: Callable[[SheetLine], Iterator[Sequence[Cell]]]


def labelled(question: Question, option: str) -> str:
    """« 3. Premier plan d'action » where answers have an order, else the answer."""
    found = question.by_option[option]
    return found.text if found.level is None else f"{found.level}. {found.text}"


def _service(role: str) -> str:
    return COORDINATION if role == RESPONDENT else ANOTHER


def lines_of(which: Select[Submission]) -> Iterator[SheetLine]:
    known = library()
    yield from (SheetLine(one, known) for one in in_short(which))


def sheets(definitions: Definitions) -> list[Sheet]:
    """All but the dictionary, which is made of them."""
    identity = FILE[:2]
    return [
        Sheet("dossiers", "Dossiers", "Une ligne par dossier.", FILE, partial(_one, FILE)),
        _answers(definitions),
        _actions(definitions),
        _readings(definitions),
        _devices(definitions),
        _maturity(definitions),
        Sheet(
            "commentaires",
            "Commentaires",
            "Une ligne par commentaire du territoire, ou du réseau.",
            (*identity, *COMMENT),
            _comments,
        ),
    ]


def _one(columns: Sequence[SheetColumn], line: SheetLine) -> Iterator[Sequence[Cell]]:
    yield [one.read(line) for one in columns]


# ---- Dossiers ----------------------------------------------------------------------------------------------------


def _type(line: SheetLine) -> Cell:
    types = line.edition.questionnaire.territory.types
    return next((kind.text for kind in types if kind.id == line.declared.type), None)


def _departement(line: SheetLine) -> Cell:
    return line.known.directory.departements.get(line.declared.departement)


def _population(line: SheetLine) -> Cell:
    """As INSEE gives it; a structure described by hand has none."""
    place = line.known.directory.get(line.declared.code) if line.declared.code else None
    return place.population if place else line.declared.population


def _band(line: SheetLine) -> Cell:
    bands, people = line.edition.questionnaire.territory.bands, _population(line)
    if line.declared.band or not isinstance(people, int):
        return next((f"{at}. {one.text}" for at, one in enumerate(bands, 1) if one.id == line.declared.band), None)
    within = [f"{at}. {one.text}" for at, one in enumerate(bands, 1) if one.floor <= people]
    return within[-1] if within else None


def _advised(at: int, line: SheetLine) -> Cell:
    return next((name for name, one in line.reading.devices.items() if one.advised == at), None)


def _postponed(line: SheetLine) -> Cell:
    return next((name for name, one in line.reading.devices.items() if one.left), None)


def _option(at: int, line: SheetLine) -> Cell:
    return _short(line, _advised(at, line))


def _short(line: SheetLine, device: Cell) -> Cell:
    return next((one.short for one in line.known.definitions.devices if one.id == device), device)


def _categories(names: Sequence[str], line: SheetLine) -> str:
    titles = {one.id: one.words.title for one in line.edition.typology.categories}
    rest = line.edition.typology.remainder
    return BETWEEN.join({**titles, rest.id: rest.words.title}.get(one, one) for one in names)


def _case(line: SheetLine) -> Cell:
    return next((one.title for one in line.edition.typology.ri_cases if one.id == line.declared.case), None)


def _review_state(line: SheetLine) -> Cell:
    if line.reviewed is None:
        return UNDER_WAY if line.review.judgement else None
    return CONFIRMED if line.reviewed == line.declared else OTHERWISE


def _reviewed_on(line: SheetLine) -> Cell:
    told = line.review.validated or line.review.judgement
    return date.fromisoformat(told.at[:10]) if told else None


def _advice(line: SheetLine) -> Cell:
    return line.review.judgement.advice if line.review.judgement else None


def _file(line: SheetLine) -> str:
    return public_address("review.file", reference=line.file.reference)


def _report(line: SheetLine) -> str:
    return public_address("review.report", reference=line.file.reference)


FILE = (
    SheetColumn("Référence", "Nom du dossier entre personnes. Dans le classeur, un clic ouvre sa page, pour qui a un "
                "compte dans ce réseau.", lambda one: one.file.reference, link=_file, width=16),
    SheetColumn("Territoire", "Nom de la structure porteuse.", lambda one: one.declared.name, width=40),
    SheetColumn("Réseau", "Réseau à qui le dossier est envoyé.", lambda one: one.file.network, width=30),
    SheetColumn(
        "Code officiel",
        "C + code INSEE d'une commune, E + SIREN d'un groupement, D ou R + code ; vide pour une structure décrite à "
        "la main.",
        lambda one: one.declared.code or None,
    ),
    SheetColumn("Type (code)", "Nature de la structure porteuse, en code.", lambda one: one.declared.type or None),
    SheetColumn("Type de structure", "La même, en mots.", _type, width=30),
    SheetColumn("Département (code)", "Un texte : « 01 » garde son zéro.",
                lambda one: one.declared.departement or None),
    SheetColumn("Département", "Celui où vit la plus grande partie des habitants.", _departement),
    SheetColumn("Région", "Région de ce département.", lambda one: one.declared.region or None),
    SheetColumn("Habitants (INSEE)", "Population exacte d'une structure de l'annuaire ; vide sinon.", _population),
    SheetColumn("Tranche d'habitants", "Calculée, ou choisie pour une structure décrite à la main.", _band),
    SheetColumn("État (code)", "Où en est le dossier, en code.", lambda one: one.file.state),
    SheetColumn("État", "Le même, en mots.", lambda one: STATES[one.file.state].one),
    SheetColumn("Envoyé le", "Dernier envoi au réseau, heure de Paris.", lambda one: in_paris(one.file.sent_at)),
    SheetColumn("Dernier mouvement le", "Dernier acte, heure de Paris.", lambda one: in_paris(one.file.moved_at)),
    SheetColumn("Dernier du territoire", "« non » : le réseau en a un plus récent ; les comptes prennent le dernier.",
                lambda one: "non" if one.file.superseded else "oui", BETWEEN.join(("oui", "non"))),
    SheetColumn("Suivi par", "Dans le réseau ; vide : personne.", lambda one: one.file.assigned or None),
    SheetColumn("Lecture déclarée", "Ce que le rapport dit d'abord.", lambda one: one.declared.term),
    SheetColumn("Catégories déclarées", "Toutes celles que le rapport envoyé retient.",
                lambda one: _categories(one.declared.retained, one) or None),
    SheetColumn("Confiance", "Assurance de la lecture déclarée.", lambda one: one.declared.confidence,
                BETWEEN.join(("forte", "moyenne", "faible", "aucune"))),
    SheetColumn("Service des relations internationales", "Cas lu dans les réponses.", _case),
    SheetColumn("Relecture", "Où en est la lecture du réseau ; vide : aucune.", _review_state,
                BETWEEN.join((UNDER_WAY, CONFIRMED, OTHERWISE))),
    SheetColumn("Relu le", "Jour de la validation, sinon de la lecture du réseau.", _reviewed_on),
    SheetColumn("Catégories relues", "Celles que le réseau retient, une fois sa lecture validée.",
                lambda one: (_categories(one.reviewed.retained, one) or None) if one.reviewed else None),
    SheetColumn("Avis du réseau", "Son conseil, avec ses mots.", _advice, width=48),
    *(
        SheetColumn(f"Option {at}", "Conseillée par la page une qui passe en premier.", partial(_option, at), width=32)
        for at in range(1, OPTIONS + 1)
    ),
    SheetColumn("À laisser", "Ce que la page une laisse pour plus tard.",
                lambda one: _short(one, _postponed(one)), width=32),
    SheetColumn("Rapport", "Son adresse, pour qui a un compte dans ce réseau.", _report, link=_report, width=30),
)  # fmt: skip  # a column a line or two


EDITION = SheetColumn("Édition", "Édition du questionnaire rempli.", lambda one: one.file.edition)
# What tables are crossed by, on every sheet that has a line a file.
CROSSED = ("Référence", "Territoire", "Type de structure", "Département", "Région")
PLACED = tuple(one for one in FILE if one.name in CROSSED)


# ---- Réponses, actions -------------------------------------------------------------------------------------------


def _answers(definitions: Definitions) -> Sheet:
    def column(question: Question) -> SheetColumn:
        values, read = _values(question), lambda one: one.given(question.id)
        return SheetColumn(question.short, question.text, read, values, code=question.id)

    columns = (*PLACED, EDITION, *(column(one) for one in _questions(definitions) if one.options))
    return Sheet(
        "reponses", "Réponses", "Une ligne par dossier, une colonne par question.", columns, partial(_one, columns)
    )


def _actions(definitions: Definitions) -> Sheet:
    """Of each action, what is answered of it."""
    questions = [one for one in _items(definitions) if one.options]
    number = SheetColumn("Action", "Son rang dans le dossier.", lambda one: None)
    label = SheetColumn("Nom de l'action", "Donné par le territoire.", lambda one: None, width=40)
    told = [SheetColumn(one.short, one.text, lambda one: None, _values(one), code=one.id) for one in questions]

    def lines(line: SheetLine) -> Iterator[Sequence[Cell]]:
        for at, given in enumerate(line.declared.items):
            name = line.declared.labels[at] if at < len(line.declared.labels) else ""
            answers = [
                line.differing(one.id, at + 1) or line.options(one.id, given.get(one.id, ())) for one in questions
            ]
            yield [*(one.read(line) for one in PLACED), at + 1, name or None, *answers]

    columns = (*PLACED, number, label, *told)
    return Sheet("actions", "Actions", "Une ligne par action internationale décrite.", columns, lines)


def _questions(definitions: Definitions) -> list[Question]:
    """Of every edition, each once, in the words of the latest that has it."""
    found: dict[str, Question] = {}
    for edition in reversed(list(definitions.editions.values())):
        for name, one in edition.questionnaire.questions.items():
            found.setdefault(name, one)
    return list(found.values())


def _items(definitions: Definitions) -> list[Question]:
    found: dict[str, Question] = {}
    for edition in reversed(list(definitions.editions.values())):
        for name, one in edition.questionnaire.items.items():
            found.setdefault(name, one)
    return list(found.values())


def _values(question: Question) -> str:
    """« s3 = 3. Premier plan d'action | … », in the order they are offered."""
    return BETWEEN.join(f"{one.id} = {labelled(question, one.id)}" for one in question.options)


# ---- Lecture ---------------------------------------------------------------------------------------------------


def _readings(definitions: Definitions) -> Sheet:
    """Codes of what « Dossiers » says in words, and each category by itself, as a table counts them."""
    titles, verdicts = _titles(definitions), definitions.texts.words.category_verdicts
    coded = [f"{name} = {title}" for name, title in titles.items()]
    cases = [f"{name} = {title}" for name, title in _cases(definitions).items()]
    devices = BETWEEN.join(f"{one.id} = {one.short}" for one in definitions.devices)
    values = BETWEEN.join([f"{one} = {getattr(verdicts, one)}" for one in CATEGORY_VERDICTS] + list(AMONG))

    def told(name: str, line: SheetLine) -> Cell:
        said = line.declared.categories.get(name)
        if said is None:
            return None
        first = "première" if name in line.declared.principal else ""
        theirs = line.reviewed.categories.get(name) if line.reviewed else None
        network = f"{NETWORK} : {getattr(verdicts, theirs)}" if theirs and theirs != said else ""
        return BETWEEN.join(filter(None, (getattr(verdicts, said), first, network)))

    columns = (
        *PLACED,
        SheetColumn("Catégories déclarées (codes)", "Celles que le rapport envoyé retient.",
                    lambda one: BETWEEN.join(one.declared.retained) or None, BETWEEN.join(coded)),
        SheetColumn("Catégories relues (codes)", "Celles que le réseau retient, une fois sa lecture validée.",
                    lambda one: (BETWEEN.join(one.reviewed.retained) or None) if one.reviewed else None,
                    BETWEEN.join(coded)),
        *(SheetColumn(title, "Ce que la lecture déclarée en dit, puis le réseau où il lit autrement.",
                      partial(told, name), values, code=name) for name, title in titles.items()),
        SheetColumn("Service RI (code)", "Cas du service des relations internationales.",
                    lambda one: one.declared.case, BETWEEN.join(cases)),
        *(SheetColumn(f"Option {at} (code)", "Conseillée par la page une qui passe en premier.",
                      partial(_advised, at), devices) for at in range(1, OPTIONS + 1)),
        SheetColumn("À laisser (code)", "Ce que la page une laisse pour plus tard.", _postponed, devices),
    )  # fmt: skip  # a column a few lines
    about = french(
        "Une ligne par dossier, une colonne par catégorie ; les codes des catégories, du cas et des options."
    )
    return Sheet("lecture", "Lecture", about, columns, partial(_one, columns))


AMONG = ("première = le rapport la dit d'abord", "réseau : … = sa lecture, une fois validée, où elle diffère")


def _titles(definitions: Definitions) -> Mapping[str, str]:
    """Of the categories of every edition, the remainder last, in the words of the latest."""
    found: dict[str, str] = {}
    for edition in reversed(list(definitions.editions.values())):
        for one in edition.typology.categories:
            found.setdefault(one.id, one.words.title)
    rest = definitions.current.typology.remainder
    return {**found, rest.id: rest.words.title}


def _cases(definitions: Definitions) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for edition in reversed(list(definitions.editions.values())):
        for one in edition.typology.ri_cases:
            found.setdefault(one.id, one.title)
    return found


# ---- Dispositifs, maturité ---------------------------------------------------------------------------------------


def _devices(definitions: Definitions) -> Sheet:
    verdicts = definitions.texts.words.verdicts
    said = [f"{one} = {getattr(verdicts, one)}" for one in VERDICTS]

    def told(line: SheetLine, name: str) -> Cell:
        one = line.declared.devices.get(name)
        if one is None:
            return None
        validated = line.file.state == VALIDATED and line.review.judgement
        order = list(line.review.judgement.devices) if validated and line.review.judgement else []
        place = f"réseau {order.index(name) + 1}" if name in order else ""
        return BETWEEN.join(filter(None, (getattr(verdicts, one.verdict), *_places(one), place)))

    def column(name: str, short: str) -> SheetColumn:
        meaning = (
            "Verdict, puis sa place dans le rapport déclaré, puis son rang dans l'ordre du réseau, une fois validé."
        )
        return SheetColumn(short, meaning, lambda one: told(one, name), BETWEEN.join((*said, *PLACES)), code=name)

    columns = (*PLACED, *(column(one.id, one.short) for one in definitions.devices))
    about = "Une ligne par dossier, une colonne par dispositif."
    return Sheet("dispositifs", "Dispositifs", about, columns, partial(_one, columns))


PLACES = (
    "conseillé 1 à 3 = rang sur la page une",
    "à laisser = la page une le laisse pour plus tard",
    "vivant = en place",
    "envisagé = le territoire y pense",
    "réseau 1 à 3 = rang dans l'ordre du réseau",
)


def _places(said: DeviceSummary) -> Iterator[str]:
    if said.advised:
        yield f"conseillé {said.advised}"
    if said.left:
        yield "à laisser"
    if said.alive:
        yield "vivant"
    if said.wanted:
        yield "envisagé"


def _maturity(definitions: Definitions) -> Sheet:
    titles: dict[str, str] = {}
    for edition in reversed(list(definitions.editions.values())):
        for one in edition.maturity.dimensions:
            titles.setdefault(one.id, one.title)

    def level(name: str, at: int, line: SheetLine) -> Cell:
        return line.declared.maturity[name][at] if name in line.declared.maturity else None

    columns = [*PLACED]
    for name, title in titles.items():
        meaning = "De 0 à 3. Les deux bornes diffèrent quand des réponses manquent. Rien n'est classé."
        columns.append(SheetColumn(f"{title}, au moins", meaning, partial(level, name, 0), code=name))
        columns.append(SheetColumn(f"{title}, au plus", meaning, partial(level, name, 1), code=name))
    about = french("Une ligne par dossier : six dimensions, lues dans les réponses.")
    return Sheet("maturite", "Maturité", about, columns, partial(_one, columns))


# ---- Commentaires ------------------------------------------------------------------------------------------------

COMMENT = (
    SheetColumn(
        "De",
        "Qui l'a écrit ; le service, quand deux ont répondu différemment.",
        lambda one: None,
        BETWEEN.join((TERRITORY, NETWORK)),
    ),
    SheetColumn("Question", "Sur quelle réponse ; vide : sur le dossier entier.", lambda one: None, width=32),
    SheetColumn("Action", "Le rang de l'action, quand la réponse est d'une action.", lambda one: None),
    SheetColumn("Commentaire", "Avec les mots de qui l'a écrit.", lambda one: None, width=48),
)


def _comments(line: SheetLine) -> Iterator[Sequence[Cell]]:
    names = [line.file.reference, line.declared.name]
    for about, text in _reasons(line):
        yield [*names, NETWORK, about, None, text]
    for (name, rank), one in line.disputed.items():
        for role, voice in ordered(one):
            if voice.comment:
                yield [*names, f"{TERRITORY}, {_service(role)}", _asked(line, name), rank, voice.comment]
    told = [(TERRITORY, key, text) for key, text in line.file.comments.items() if key in line.file.asked]
    for who, key, text in told + [(NETWORK, one.key, one.text) for one in line.review.remarks]:
        ref = Ref.of(key) if key else None
        rank = line.ranks.get(ref.item) if ref and ref.item else None
        yield [*names, who, _asked(line, ref.question) if ref else None, rank, text]


def _asked(line: SheetLine, name: str) -> str:
    question = line.edition.questionnaire.every.get(name)
    return question.short if question else name


def _reasons(line: SheetLine) -> Iterator[tuple[str, str]]:
    """What the network wrote of its own reading, beside its advice."""
    said = line.review.judgement
    for name, (retained, reason) in said.categories.items() if said else ():
        if reason:
            verdict = "laissée non tranchée" if retained is None else "retenue" if retained else "non retenue"
            yield f"{_categories([name], line)} : {verdict}", reason
    if said and said.order_reason:
        yield "Ordre des dispositifs", said.order_reason


# ---- Dictionnaire ------------------------------------------------------------------------------------------------

DICTIONARY = ("Feuille", "Colonne", "Code", "Sens", "Valeurs possibles")


def dictionary(definitions: Definitions) -> Iterator[Sequence[Cell]]:
    for sheet in sheets(definitions):
        for one in sheet.columns:
            yield [sheet.title, one.name, one.code or None, one.meaning, one.values or None]
