"""Strict YAML: positions kept, duplicate and unknown keys refused, every fault listed at once, in French.

`read_model(path, Model)` gives the model, or raises `FaultyError` with one `Problem` (file:line:column) per fault.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from selfassess.core.definition.strict import KeyPath
from selfassess.core.definition.typography import typeset

LARGEST = 500_000  # bytes; like the next three, many times what a definition file needs: what is over is no mistake
MOST_VALUES, DEEPEST, LONGEST_NUMBER = 12_000, 50, 15
LONGEST_SHOWN = 60  # letters of what stands in the file, in a fault
# Controls, halves of a letter, what turns a text round: no page shows them, and a database may refuse them.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
MOST_TOLD = 100  # faults of one file: whoever mends them reads it again


T = TypeVar("T")


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of one file, in the author's words."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class FaultyError(Exception):
    """Definitions that cannot be used; `problems` lists every fault found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass
class Document:
    """A YAML file read: plain data, and where each value stands (1-based line and column)."""

    file: str
    data: object = None
    marks: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def at(self, path: KeyPath, message: str) -> Problem:
        """A problem at a path, or at its nearest ancestor that stands in the file."""
        while path and path not in self.marks:
            path = path[:-1]
        line, column = self.marks.get(path, (1, 1))
        return Problem(self.file, line, column, message)


def closest(word: str, known: Iterable[str]) -> str:
    """« Vouliez-vous dire … ? », or nothing when no known word is near."""
    near = difflib.get_close_matches(str(word)[:100], [str(one) for one in known], n=1, cutoff=0.6)
    return f" Vouliez-vous dire « {near[0]} » ?" if near else ""


def read_document(path: Path, root: Path) -> Document:
    """Read one file as data with positions. Faults of YAML itself are in `problems`; never raises for them."""
    document = Document(str(path.relative_to(root)))
    try:
        raw = path.read_bytes()
        if len(raw) > LARGEST:
            raise ValueError(f"fichier trop grand : {len(raw)} octets, {LARGEST} au plus")
        text = raw.decode("utf-8")
    except (OSError, ValueError) as error:
        why = "il ne s'ouvre pas" if isinstance(error, OSError) else str(error)  # that of the system names folders
        why = "n'est pas écrit en UTF-8" if isinstance(error, UnicodeDecodeError) else why
        told = "Ce fichier manque." if isinstance(error, FileNotFoundError) else f"Fichier illisible : {why}."
        document.problems.append(Problem(document.file, 1, 1, told))
        return document
    if unseen := UNSEEN.search(text):
        before = text[: unseen.start()].split("\n")
        document.problems.append(Problem(document.file, len(before), len(before[-1]) + 1, _unseen(unseen)))
        return document
    try:
        _read_whole(text, document)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        document.problems.append(Problem(document.file, line, column, _syntax(error)))
        return document
    except yaml.YAMLError as error:
        document.problems.append(Problem(document.file, 1, 1, f"YAML illisible : {error}."))
        return document
    document.problems = first_told(document.problems, document)
    return document


def _read_whole(text: str, document: Document) -> None:
    """By libyaml where it is; what it refuses is read again in Python, whose words `_syntax` knows."""
    try:
        Builder(document, yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))).build()
    except yaml.YAMLError:
        document.marks, document.problems = {}, []
        Builder(document, yaml.parse(text, yaml.SafeLoader)).build()


def _unseen(found: re.Match[str]) -> str:
    return f"Ce texte contient un caractère invisible (U+{ord(found[0]):04X}) : retirez-le."


def first_told(problems: list[Problem], document: Document) -> list[Problem]:
    """Those that are told, and how many more there are."""
    more = len(problems) - MOST_TOLD
    return (
        problems if more <= 0 else [*problems[:MOST_TOLD], document.at((), f"Et {more} autres fautes dans ce fichier.")]
    )


_SYNTAX = (
    ("tab", "une tabulation sert de retrait : remplacez-la par des espaces"),
    ("\\t", "une tabulation sert de retrait : remplacez-la par des espaces"),
    ("mapping values are not allowed", "un deux-points de trop : mettez le texte entre guillemets doubles"),
    ("found unexpected end of stream", "un guillemet ou un crochet n'est pas refermé"),
    (
        "expected ',' or",
        "il manque une virgule, ou une accolade, un crochet ou un guillemet n'est pas refermé ; un texte qui contient "
        "un deux-points se met entre guillemets doubles",
    ),
    ("expected <block end>", "le retrait de cette ligne ne correspond pas à celui des lignes au-dessus"),
    ("<document start>", "le retrait de cette ligne ne correspond pas à celui des lignes au-dessus"),
    ("could not find expected ':'", "il manque un deux-points après la clé"),
    ("cannot start any token", "un texte qui commence par ce signe se met entre guillemets doubles"),
    ("scanning an alias", "un texte qui commence par « * » se met entre guillemets doubles"),
    ("scanning an anchor", "un texte qui commence par « & » se met entre guillemets doubles"),
    ("scanning a block scalar", "un texte qui commence par « | » ou « > » se met entre guillemets doubles"),
    ("sequence entries are not allowed", "un texte qui commence par « - » se met entre guillemets doubles"),
    ("mapping keys are not allowed", "un texte qui commence par « ? » se met entre guillemets doubles"),
    ("another document", "« --- » commence un deuxième document, et un fichier n'en a qu'un"),
    ("maximum depth", f"plus de {DEEPEST} niveaux sont imbriqués"),
    ("too many values", f"ce fichier a plus de {MOST_VALUES} valeurs : répartissez-les dans plusieurs fichiers"),
)


def _syntax(error: yaml.MarkedYAMLError) -> str:
    raw = " ".join(str(part) for part in (error.context, error.problem) if part)
    words = next((words for sign, words in _SYNTAX if sign in raw), raw)
    opened, met = error.context_mark, error.problem_mark
    if "block" in raw or opened is None or met is None or opened.line == met.line:
        return f"YAML mal formé : {words}."
    return f"YAML mal formé : {words}. La faute peut être plus haut : voyez depuis la ligne {opened.line + 1}."


def _mark(event: yaml.Event) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


class Builder:
    """Builds the data of a document from the events of its parser. It stops at a file that would take long to read,
    before it is read whole."""

    def __init__(self, document: Document, events: Iterator[yaml.Event]) -> None:
        self.document, self.events = document, events
        self.values = 0

    def build(self) -> None:
        next(self.events)  # of the stream
        if isinstance(next(self.events), yaml.StreamEndEvent):
            self.document.problems.append(Problem(self.document.file, 1, 1, "Le fichier est vide."))
            return
        self.document.data = self._value(next(self.events), (), 1)
        next(self.events)  # the end of the document
        if isinstance(again := next(self.events), yaml.DocumentStartEvent):
            raise yaml.MarkedYAMLError(problem="another document", problem_mark=again.start_mark)

    def _value(self, event: yaml.Event, path: KeyPath, depth: int) -> object:
        """What `event` begins; in place of what is refused, nothing."""
        self.document.marks.setdefault(path, _mark(event))
        self._count(event, depth)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(path, "Les ancres et alias YAML (& et *) ne sont pas admis.")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(one, (*path, index), depth + 1) for index, one in enumerate(self._inside())]
        return None if isinstance(event, yaml.AliasEvent) else self._scalar(event, path)

    def _count(self, event: yaml.Event, depth: int) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            raise yaml.MarkedYAMLError(problem="too many values", problem_mark=event.start_mark)
        if depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem="maximum depth", problem_mark=event.start_mark)

    def _inside(self) -> Iterator[yaml.Event]:
        """The event that begins each value of a list, or each key of a block, up to its end."""
        while not isinstance(event := next(self.events), yaml.CollectionEndEvent):
            yield event

    def _mapping(self, path: KeyPath, depth: int) -> dict[str, object]:
        built: dict[str, object] = {}
        for event in self._inside():
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None:
                self._refuse(path, "Une clé doit être un mot simple.")
                self._pass(event)
                self._pass(next(self.events))
                continue
            key, here = event.value, (*path, event.value)
            self._count(event, depth)
            if key in built:
                first = self.document.marks[here][0]
                message = f"La clé « {key[:LONGEST_SHOWN]} » est écrite deux fois (déjà ligne {first}). Gardez-en une."
                self.document.problems.append(Problem(self.document.file, *_mark(event), message))
                self._pass(next(self.events))
                continue
            self.document.marks[here] = _mark(event)
            built[key] = self._value(next(self.events), here, depth + 1)
        return built

    def _pass(self, event: yaml.Event) -> None:
        """To the end of what `event` begins."""
        deep = 0
        while True:
            deep += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if deep == 0:
                return
            event = next(self.events)

    def _scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> str | int | bool | None:
        if unseen := UNSEEN.search(event.value):  # written « \\u0000 »
            self._refuse(path, _unseen(unseen))
            return None
        return _scalar(event, path, self.document)

    def _refuse(self, path: KeyPath, message: str) -> None:
        self.document.problems.append(self.document.at(path, message))


_INTEGER = re.compile(r"^[-+]?[0-9]+$")


def _scalar(event: yaml.ScalarEvent, path: KeyPath, document: Document) -> str | int | bool | None:
    """YAML 1.2 core, without surprises: yes / no / on stay words, a date stays text."""
    if event.style in {"'", '"', "|", ">"}:
        return str(event.value)
    raw: str = event.value
    if raw in {"", "~", "null"}:
        return None
    if raw in {"true", "false"}:
        return raw == "true"
    if not _INTEGER.match(raw):
        return raw
    if len(raw) > LONGEST_NUMBER:
        document.problems.append(document.at(path, f"Ce nombre a plus de {LONGEST_NUMBER} chiffres."))
        return None
    return int(raw)


def validate(document: Document, model: type[T]) -> T | None:
    """The document's data as `model`; None for faults, which are added to `document.problems`."""
    data = document.data
    try:
        return TypeAdapter(model).validate_python(_typeset(data))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        lacking: dict[tuple[int | str, ...], list[str]] = {}
        for one in faults:
            if one["type"] == "missing":
                lacking.setdefault(one["loc"][:-1], []).append(str(one["loc"][-1]))
        told = [one for one in faults if not _follows(one, faults)] if len(faults) <= MOST_TOLD else faults
        for one in told[:MOST_TOLD]:
            path = _real_path(data, one["loc"])
            document.problems.append(document.at(path, explain(one, model, lacking.get(one["loc"][:-1], ()))))
        if len(told) > MOST_TOLD:
            document.problems.append(document.at((), f"Et {len(told) - MOST_TOLD} autres fautes dans ce fichier."))
        return None


def _follows(fault: ErrorDetails, faults: Iterable[ErrorDetails]) -> bool:
    """Is a list short only because of what is wrong inside it?"""
    loc = fault["loc"]
    return fault["type"] == "too_short" and any(one["loc"][: len(loc)] == loc and one is not fault for one in faults)


def _real_path(data: object, loc: tuple[int | str, ...]) -> KeyPath:
    """A pydantic location without the union tags, which do not stand in the file."""
    path: list[str | int] = []
    step: Any
    for step in loc:
        if (isinstance(data, Mapping) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            data = data[step]
        else:
            continue
        path.append(step)
    return tuple(path)


@cache
def _fields(model: object) -> set[str]:
    """Every key any model under `model` accepts: enough to suggest the one that was meant."""
    names: set[str] = set()
    todo, seen = [model], set()
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        todo.extend(get_args(one))
        if isinstance(one, type) and issubclass(one, BaseModel):
            for name, info in one.model_fields.items():
                names.add(info.alias or name)
                todo.append(info.annotation)
    return names


_FORM = "question, some, is, category, reading, gate, all, any, not"
_VALUE_ERRORS = {
    "example_place": "Avec un code officiel, le type et le département viennent de l'annuaire : retirez-les.",
    "draw_source": "Dites d'où vient ce bloc : « sources », ou « ours: true » quand c'est notre hypothèse.",
    "door_source": "Dites d'où vient cette condition d'accès : « sources », ou « ours: true » quand nous la déduisons.",
    "contact_form": "Un contact est soit un organisme de contacts.yaml (body), soit quelqu'un de proche (name).",
    "contact_unreachable": "Dites comment joindre cet organisme : page, site, phone, email, address ou through.",
    "place_form": "Un lieu est soit une région (region), soit un département (departement).",
    "call_reversed": "Cet appel se clôt avant d'ouvrir : corrigez « opens » ou « closes ».",
    "call_undated": "Dites quand cet appel se clôt (closes), ou qu'on y dépose à tout moment (continuous: true).",
    "call_yearly": "Un appel « yearly » se clôt chaque année au même mois : donnez une clôture plus ancienne (earlier) "
    "ou une deuxième source, et pas « continuous ».",
    "call_earlier": "« earlier » donne des clôtures plus anciennes que « closes ».",
    "programme_reversed": "Les projets (last_day) ne finissent pas avant le dernier appel (last_calls).",
    "change_form": "Un changement est une seule chose : question et to, raise, reverse ou drop.",
    "broken_form": "« broken_by » nomme soit une règle des fichiers (rule), soit une règle du moteur (engine).",
    "invariant_form": "Un invariant dit soit if et then, soit never, soit change avec same, not_lower ou no_more.",
    "condition_test": "Une condition sur une question porte « in », « known », ou « at_least » et « at_most ».",
    "condition_known": "« known » va avec « field » : il dit si cette partie de la réponse est donnée.",
    "condition_place": "« place » va avec « in », et dit le rang d'une réponse classée.",
    "condition_reversed": "« at_least » est plus grand que « at_most » : aucune réponse ne convient.",
    "span_reversed": "Ces deux nombres vont du plus petit au plus grand.",
    "expect_form": "Sous « expect », « categories » et « devices » donnent un verdict par identifiant.",
    "points_none": "0 point ne compte pas : donnez des points, ou retirez l'indice.",
    "weights_none": "Tous ces poids valent 0 : rien ne pourrait être tiré.",
    "options_kind": "Une question « single », « multiple » ou « ranked » a des options ; les autres n'en ont pas.",
    "item_kind": "Une question « list » décrit son élément sous « item » ; les autres n'en ont pas.",
    "max_missing": "Une question « ranked » ou « list » dit combien de réponses au plus : ajoutez « max ».",
    "territory_kind": "Une question « territory » a des « types » et des « bands » ; les autres n'en ont pas.",
    "piece_form": "Un morceau est une seule chose : heading, text, help, items, lines, article ou show.",
    "ground_form": "Un texte de droit est un visa (text) ou un point à vérifier (check).",
    "ground_source": "Dites la source du texte de droit, ou laissez un blanc.",
    "act_article": "Une décision à voter a un article ; « announce » n'en a pas.",
    "bands_order": "Chaque tranche commence plus haut que la précédente : rangez-les par « from » croissant.",
    "evidence_sign": "Un poids négatif va avec « facet: counter », un poids positif avec une autre facette ; jamais 0.",
}


_PATTERNS = {
    r"\S": "Ce texte est vide.",
    r"^https?://\S+$": "Une adresse commence par « https:// » et ne contient pas d'espace.",
}
_CUT = "Si c'est la fin d'un texte après une virgule, mettez tout ce texte entre guillemets doubles : \"…\"."
_NOT_WHOLE = "Un nombre s'écrit sans virgule : un nombre entier est attendu."
_SENTENCES = {
    "missing": "Il manque la clé « {key} ».",
    "condition_form": f"Condition inconnue : elle commence par une de ces clés : {_FORM}.",
    "string_type": "Un texte est attendu, pas « {given} ». Mettez-le entre guillemets doubles.",
    "string_too_short": "Ce texte est vide.",
    "string_too_long": "Ce texte a plus de {max_length} signes : raccourcissez-le.",
    "string_pattern_mismatch": "« {given} » n'est pas un identifiant : minuscules sans accent, chiffres et tirets bas.",
    "int_type": "Un nombre entier est attendu, pas « {given} ».",
    "int_parsing": "Un nombre entier est attendu, pas « {given} ».",
    "bool_type": "« true » ou « false » est attendu, pas « {given} ».",
    "bool_parsing": "« true » ou « false » est attendu, pas « {given} ».",
    "greater_than_equal": "{given} est hors limites : au moins {ge}.",
    "less_than_equal": "{given} est hors limites : au plus {le}.",
    "too_short": "Il faut au moins {min_length} élément(s) ici, il y en a {actual_length}.",
    "too_long": "Il faut au plus {max_length} élément(s) ici, il y en a {actual_length}.",
    "tuple_type": "Une liste est attendue : [a, b] ou une ligne par élément commençant par « - ».",
    "list_type": "Une liste est attendue : [a, b] ou une ligne par élément commençant par « - ».",
    "dict_type": "Un bloc de clés est attendu : « clé: valeur ».",
    "model_type": "Un bloc de clés est attendu : « clé: valeur ».",
    "date_from_datetime_parsing": "« {given} » n'est pas une date : écrivez par exemple 2026-11-22.",
    "date_type": "« {given} » n'est pas une date : écrivez par exemple 2026-11-22.",
}


def explain(error: ErrorDetails, model: object = None, lacking: Iterable[str] = ()) -> str:
    """One pydantic error as a French sentence that says how to mend; `lacking` are keys missing beside it."""
    kind, context, given = error["type"], error.get("ctx", {}), str(error.get("input"))
    key = str(error["loc"][-1])[:LONGEST_SHOWN] if error["loc"] else ""
    if kind == "extra_forbidden" and error.get("input") is None:
        return f"La clé « {key} » n'est pas connue ici. {_NOT_WHOLE if key.isdecimal() else _CUT}"
    if kind == "extra_forbidden":
        return f"La clé « {key} » n'est pas connue ici.{closest(key, lacking) or closest(key, _fields(model))}"
    if kind == "literal_error":
        options = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        listed, near = ", ".join(options), closest(given, options)
        return f"« {given[:LONGEST_SHOWN]} » n'est pas admis : choisissez parmi {listed}.{near}"
    if kind == "string_pattern_mismatch" and context.get("pattern") in _PATTERNS:
        return _PATTERNS[context["pattern"]]
    if kind == "value_error":
        code = str(context.get("error", ""))
        return _VALUE_ERRORS.get(code, code)
    sentence = _SENTENCES.get(kind)
    if sentence is None:
        return f"Valeur refusée : {error.get('msg', kind)}."
    return sentence.format(**{**context, "key": key, "given": given[:LONGEST_SHOWN]})


def _typeset(data: object) -> object:
    if isinstance(data, str):
        return typeset(data) if " " in data or "'" in data else data
    if isinstance(data, Mapping):
        return {key: _typeset(one) for key, one in data.items()}
    if isinstance(data, list):
        return [_typeset(one) for one in data]
    return data


def strays(root: Path, folder: Path, known: Callable[[Path], bool], message: str) -> Iterator[Problem]:
    """What stands in a folder and nothing reads, but what editors leave: an author would believe that it counts."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not (path.name.startswith(".") or path.name.endswith("~") or known(path)):
            yield Problem(str(path.relative_to(root)), 1, 1, message)
