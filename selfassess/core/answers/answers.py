"""Answers as given, and what can be read of them: a `View` is the only door conditions have to answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol

from selfassess.core.answers.items import LABEL, Answers, items_of
from selfassess.core.answers.typed import line
from selfassess.core.definition.condition import (
    Blank,
    Condition,
    Ref,
    Territory,
    Truth,
    Value,
)
from selfassess.core.definition.questionnaire import (
    Option,
    Question,
    QuestionKind,
    Questionnaire,
)

TERRITORY_TEXTS = ("name", "code", "band")
DEPARTEMENT, DEPARTEMENTS = "departement", "departements"
MOST_DEPARTEMENTS = 20  # a region has thirteen at the most
LONGEST_NAME = 200
MOST_PEOPLE = 10**9  # a population beyond is a slip
SHOWN = 40  # letters of what was given, in a fault


class Findings(Protocol):
    """What the profile found, once it is known: asked by devices and contradictions."""

    def truth(self, kind: str, name: str, item: str | None) -> Truth: ...
    def refs(self, kind: str, name: str) -> tuple[Ref, ...]: ...


FaultCode = Literal[
    "departement_elsewhere",
    "exclusive",
    "not_a_list",
    "not_a_mapping",
    "not_a_number",
    "not_a_territory",
    "not_a_text",
    "not_an_option",
    "not_departements",
    "too_long",
    "too_many",
    "unknown_departement",
    "unknown_option",
    "unknown_question",
]


class Fault(NamedTuple):
    """A value that cannot be an answer. `code` is turned into a sentence by whoever shows it."""

    path: str
    code: FaultCode
    given: str = ""


@dataclass
class View:
    """What the answers to a questionnaire say: given, unknown or not asked; items of the group too.

    `answers` is {question id: option id | [option ids] | {name, type, departement, population}},
    plus the group as a list of such mappings (`items`). Absent = unanswered. Values are assumed valid (`read`).
    `disputed`: absent because two services answered differently; only words tell it from unanswered.
    """

    questionnaire: Questionnaire
    answers: Answers
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    item: str | None = None
    findings: Findings | None = None
    disputed: frozenset[Ref] = frozenset()
    _memo: dict[str, Value | Blank] = field(default_factory=dict)
    _seen: dict[str, Truth] = field(default_factory=dict)
    _named: dict[str, Truth] = field(default_factory=dict)

    def owns(self, question: str) -> bool:
        return False

    def asked(self, question: str) -> Truth:
        """Is the question asked? None: not known yet, so it is asked."""
        seen = self._seen
        if question not in seen:
            when = self.questionnaire.questions[question].asked_when
            seen[question] = True if when is None else when.truth(self)
        return seen[question]

    def value(self, question: str) -> Value | Blank:
        """An option id, a tuple of them, a mapping, or `Blank`. Without a known answer, what the zone says."""
        found = self._memo.get(question)
        if found is None:
            found = self._answer(question)
            if isinstance(found, Blank) and self._unsaid(question):
                found = self.zone or Blank.UNKNOWN  # not asked, it is no less unknown where the zone is
            self._memo[question] = found
        return found

    def _answer(self, question: str) -> Value | Blank:
        definition = self.questionnaire.questions.get(question)
        return Blank.UNKNOWN if definition is None else resolve(definition, self.asked(question), self.answers)

    def _unsaid(self, question: str) -> bool:
        """Is it for the zone to answer, no answer being known?"""
        derives = self.questionnaire.doors.derives
        return derives is not None and derives.question == question and isinstance(self._answer(question), Blank)

    def worked_out(self, question: str) -> bool:
        """Does its value come from the territory's départements, and not from an answer?"""
        return self._unsaid(question) and self.zone is not None

    def rests_on(self, question: str) -> tuple[str, ...]:
        """The questions whose answers give the value of that one, or would: itself, or the territory."""
        if not self._unsaid(question):
            return (question,)
        territory = self.questionnaire.territory.id
        if self.zone is not None:
            return (territory,)
        return (question,) if self.territory else (question, territory)

    def nobody_asked(self, question: str) -> bool:
        """Is it for the zone alone to answer, and not known of these départements? No answer would tell it."""
        unsaid = self._unsaid(question) and self.zone is None and bool(self.departements)
        return unsaid and (question not in self.questionnaire.questions or self.asked(question) is False)

    @cached_property
    def zone(self) -> str | None:
        """What the zone of the territory answers; None where it is not known."""
        return self.questionnaire.doors.zone(self.territory)

    @cached_property
    def departements(self) -> tuple[str, ...]:
        """The codes of the départements the territory lies in; () when not known."""
        return self.questionnaire.doors.departements.of(self.territory)

    def measure(self, question: str, value: Value) -> int | None:
        definition = self.questionnaire.every[question]
        if isinstance(value, int):  # a population
            return value
        if isinstance(value, tuple):
            return sum(1 for one in value if not definition.by_option[one].exclusive)
        return definition.by_option[str(value)].level

    @cached_property
    def actions(self) -> tuple[ItemView, ...] | Blank:
        """The items of the group, or `Blank`: unknown when the group was not answered."""
        group = self.questionnaire.group
        shown = self.asked(group.id)
        if shown is False:
            return Blank.HIDDEN
        if self.answers.get(group.id) is None:
            return Blank.UNKNOWN
        return tuple(ItemView(self, item, answers) for item, answers in self.items_given.items())

    @cached_property
    def items_given(self) -> dict[str, Answers]:
        """The items by id, in their order, whether or not the group is asked."""
        return items_of(self.questionnaire, self.answers)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each item stands, by its id; 0 for the first."""
        return {item: at for at, item in enumerate(self.items_given)}

    @cached_property
    def _item_views(self) -> dict[str, ItemView]:
        return {} if isinstance(self.actions, Blank) else {action.item: action for action in self.actions}

    @property
    def territory(self) -> Territory:
        """The territory given; empty without one."""
        given = self.answers.get(self.questionnaire.territory.id)
        return given if isinstance(given, Mapping) else {}

    def within(self, item: str | None) -> View:
        """What is read of that item; the file itself without one, or where the group is not asked."""
        return self if item is None else self._item_views.get(item, self)

    def given(self, ref: Ref) -> object:
        """The answer as stored, whether or not it is asked; None without one."""
        holder = self.answers if ref.item is None else self.items_given.get(ref.item, {})
        return holder.get(ref.question)

    def items(self, group: str) -> tuple[ItemView, ...] | Blank:
        return self.actions

    def named(self, name: str) -> Condition:
        return self.conditions[name]

    def holds(self, name: str) -> Truth:
        """Is the condition of that name true?"""
        if name not in self._named:
            self._named[name] = self.conditions[name].truth(self)
        return self._named[name]

    def finding(self, kind: str, name: str) -> Truth:
        """A category, reading or gate; only known once the profile is (`findings`)."""
        return None if self.findings is None else self.findings.truth(kind, name, self.item)

    def finding_refs(self, kind: str, name: str) -> tuple[Ref, ...]:
        """The answers a category or a reading rests on, or those missing to settle it."""
        return () if self.findings is None else self.findings.refs(kind, name)

    def option(self, ref: Ref) -> tuple[Option, ...]:
        """The options given in answer to `ref`, « je ne sais pas » included; () if none."""
        question = self.questionnaire.every.get(ref.question)
        raw = self.given(ref)
        if question is None or not question.options or raw is None:
            return ()
        return tuple(question.by_option[one] for one in _listed(raw) if one in question.by_option)


class ItemView(View):
    """One item: its own questions first, the territory's otherwise."""

    item: str

    def __init__(self, parent: View, item: str, answers: Answers) -> None:
        super().__init__(parent.questionnaire, answers, parent.conditions, item)
        self.parent = parent

    def owns(self, question: str) -> bool:
        return question in self.questionnaire.items

    def asked(self, question: str) -> Truth:
        seen = self._seen
        if question not in seen:
            own = self.questionnaire.items.get(question)
            if own is None:
                return self.parent.asked(question)
            seen[question] = True if own.asked_when is None else own.asked_when.truth(self)
        return seen[question]

    def value(self, question: str) -> Value | Blank:
        known = self._memo.get(question)
        if known is not None:
            return known
        own = self.questionnaire.items.get(question)
        if own is None:
            return self.parent.value(question)
        found = self._memo[question] = resolve(own, self.asked(question), self.answers)
        return found

    def rests_on(self, question: str) -> tuple[str, ...]:
        return (question,) if self.owns(question) else self.parent.rests_on(question)

    def items(self, group: str) -> tuple[ItemView, ...] | Blank:
        return self.parent.actions

    def finding(self, kind: str, name: str) -> Truth:
        findings = self.parent.findings
        return None if findings is None else findings.truth(kind, name, self.item)


def resolve(question: Question, shown: Truth, answers: Answers) -> Value | Blank:
    """The value of an answer. Behind a gate whose answer is not known, one given is kept: it was not taken back."""
    if shown is False:
        return Blank.HIDDEN
    raw = answers.get(question.id)
    if raw is None:
        return Blank.UNKNOWN
    if not question.options:
        return raw if isinstance(raw, Mapping) else Blank.UNKNOWN
    given = _listed(raw)
    if not given or not question.says_nothing.isdisjoint(given):
        return Blank.UNKNOWN
    return given[0] if question.is_single else given


def _listed(raw: object) -> tuple[str, ...]:
    return (raw,) if isinstance(raw, str) else tuple(raw) if isinstance(raw, Sequence) else ()


def read(questionnaire: Questionnaire, raw: object) -> tuple[dict[str, object], list[Fault]]:
    """Keep of `raw` (decoded JSON) what can be an answer; every fault is listed with its path."""
    faults: list[Fault] = []
    if not isinstance(raw, Mapping):
        return {}, [Fault("answers", "not_a_mapping")]
    kept: dict[str, object] = {}
    for key, value in raw.items():
        question = questionnaire.questions.get(key)
        if question is None:
            faults.append(_strange("answers", key))
        elif value is not None or question.is_group:
            kept[key] = _read_one(question, value, f"answers.{key}", faults)
            if question.is_territory:
                faults.extend(_strange_departements(questionnaire, kept[key], f"answers.{key}"))
    return {key: value for key, value in kept.items() if value is not None}, faults


def _read_items(group: Question, raw: object, path: str, faults: list[Fault]) -> list[dict[str, object]] | None:
    if not isinstance(raw, list) or not all(isinstance(one, Mapping) for one in raw):
        faults.append(Fault(path, "not_a_list"))
        return None
    if group.max is not None and len(raw) > group.max:
        faults.append(Fault(path, "too_many", str(group.max)))
    questions = {question.id: question for question in group.item.questions} if group.item else {}
    kept = []
    for index, given in enumerate(raw[: group.max]):
        answers: dict[str, object] = {}
        for key, value in given.items():
            if key == LABEL:
                answers[key] = _text(value, f"{path}.{index}.{key}", faults)
            elif key not in questions:
                faults.append(_strange(f"{path}.{index}", key))
            elif value is not None:
                answers[key] = _read_one(questions[key], value, f"{path}.{index}.{key}", faults)
        kept.append({key: value for key, value in answers.items() if value is not None})
    return kept


def _read_one(question: Question, raw: object, path: str, faults: list[Fault]) -> object:
    reader = _read_options if question.form.options else OTHER_READERS[question.kind]
    return reader(question, raw, path, faults)


def _read_options(question: Question, raw: object, path: str, faults: list[Fault]) -> list[str] | str | None:
    several = question.form.several
    listed = raw if isinstance(raw, list) else [raw]
    texts = [one for one in listed if isinstance(one, str)]
    if several != isinstance(raw, list) or len(texts) < len(listed):
        faults.append(Fault(path, "not_a_list" if several else "not_an_option", shown(raw)))
        return None
    given = list(dict.fromkeys(texts))
    for option in given:
        if option not in question.by_option:
            faults.append(Fault(path, "unknown_option", shown(option)))
            return None
    if problem := selection_problem(question, given):
        faults.append(Fault(path, problem, str(question.max or "")))
        return None
    return given if several else given[0]


def selection_problem(question: Question, given: Sequence[str]) -> FaultCode | None:
    """`too_many`, `exclusive` or None: can these options of a multiple be chosen together?"""
    if len(given) > 1 and not question.alone.isdisjoint(given):
        return "exclusive"
    if question.max is not None and len(given) > question.max:
        return "too_many"
    return None


def _read_territory(question: Question, raw: object, path: str, faults: list[Fault]) -> Territory | None:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("name"), str) or not line(raw["name"]):
        faults.append(Fault(path, "not_a_territory", shown(raw)))
        return None
    texts = {key: _text(raw[key], f"{path}.{key}", faults) for key in TERRITORY_TEXTS if key in raw}
    kept: dict[str, Any] = {key: text for key, text in texts.items() if text is not None}
    kept |= _read_departements(raw, path, faults)
    kind, population = raw.get("type"), raw.get("population")
    if isinstance(kind, str) and any(kind == one.id for one in question.types):
        kept["type"] = kind
    elif kind is not None:
        faults.append(Fault(f"{path}.type", "unknown_option", shown(kind)))
    if isinstance(population, int) and not isinstance(population, bool) and 0 <= population <= MOST_PEOPLE:
        kept["population"] = population
    elif population is not None:
        faults.append(Fault(f"{path}.population", "not_a_number", shown(population)))
    known = {*TERRITORY_TEXTS, DEPARTEMENT, DEPARTEMENTS, "type", "population"}
    faults.extend(_strange(path, key) for key in raw if key not in known)
    return kept


def _read_departements(raw: Mapping[str, object], path: str, faults: list[Fault]) -> dict[str, object]:
    """One code, or a list of them under either key: the first is then the main one."""
    main, given = raw.get(DEPARTEMENT), raw.get(DEPARTEMENTS)
    if isinstance(main, list) and given is None:
        main, given = None, main
    text = None if main is None else _text(main, f"{path}.{DEPARTEMENT}", faults)
    codes = given if isinstance(given, list) else []
    if given is not None and not (
        codes and len(codes) <= MOST_DEPARTEMENTS and all(isinstance(one, str) for one in codes)
    ):
        faults.append(Fault(f"{path}.{DEPARTEMENTS}", "not_departements", shown(given)))
        codes = []
    found: dict[str, object] = {}
    if text is not None or codes:
        found[DEPARTEMENT] = text if text is not None else codes[0]
    if codes:
        found[DEPARTEMENTS] = list(dict.fromkeys(codes if text is None else [text, *codes]))
    return found


def _strange_departements(questionnaire: Questionnaire, territory: object, path: str) -> Iterator[Fault]:
    """Codes that no département has, where those are known; a main one that a region, or a group, does not lie in."""
    known = questionnaire.doors.departements.regions
    if not known or not isinstance(territory, Mapping):
        return
    if (main := territory.get(DEPARTEMENT)) is not None and main not in known:
        yield Fault(f"{path}.{DEPARTEMENT}", "unknown_departement", shown(main))
    elif main is not None and main not in questionnaire.doors.departements.several.get(
        territory.get("code", ""), (main,)
    ):
        yield Fault(f"{path}.{DEPARTEMENT}", "departement_elsewhere", shown(main))
    for at, code in enumerate(territory.get(DEPARTEMENTS, ())):
        if code not in known and code != main:
            yield Fault(f"{path}.{DEPARTEMENTS}.{at}", "unknown_departement", shown(code))


Reader = Callable[[Question, object, str, list[Fault]], object]
# How the answer is read, of each kind that is not made of options.
OTHER_READERS: dict[QuestionKind, Reader] = {"territory": _read_territory, "list": _read_items}


def _text(raw: object, path: str, faults: list[Fault]) -> str | None:
    """A text as given: told when too long, never cut."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        faults.append(Fault(path, "not_a_text", shown(raw)))
        return None
    text = line(raw)
    if len(text) > LONGEST_NAME:
        faults.append(Fault(path, "too_long", str(LONGEST_NAME)))
    return text


def _strange(path: str, key: object) -> Fault:
    return Fault(f"{path}.{shown(key)}", "unknown_question", shown(key))


def shown(raw: object) -> str:
    """The beginning of what was given, whatever it is, on one line."""
    try:
        told = str(raw)[:SHOWN]
    except (ValueError, RecursionError):  # a number of thousands of digits, lists without end
        return "…"
    return "".join(one if one.isprintable() else " " for one in told)
