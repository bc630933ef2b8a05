"""Checks of one condition where it stands: known ids, allowed tests, gates that rest on sure answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from selfassess.core.definition.condition import (
    Ask,
    Condition,
    Is,
    IsCategory,
    IsGate,
    IsReading,
    Leaf,
    Some,
    leaves,
)
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.questionnaire import Question
from selfassess.core.definition.strict import KeyPath

LOOSE = ("device", "draw")  # places outside editions: they may read what another edition asks
TERRITORY_FIELDS = ("type", "code", "departement", "population")


@dataclass(frozen=True)
class Finding:
    """A fault: file, path of keys in it, sentence; `word` and `known` allow a suggestion."""

    file: str
    path: KeyPath
    message: str
    word: str = ""
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConditionUse:
    """A condition where it stands. `place` says what may be tested there."""

    file: str
    path: KeyPath
    condition: Condition
    item: bool = False
    place: str = "plain"


@dataclass
class CheckedEdition:
    """One edition under check with everything that quotes it."""

    definitions: Definitions
    edition: Edition
    findings: list[Finding] = field(default_factory=list)

    def file(self, name: str) -> str:
        return f"{self.definitions.slug}/editions/{self.edition.id}/{name}.yaml"

    def shared(self, name: str) -> str:
        return f"{self.definitions.slug}/{name}.yaml"

    @property
    def newest(self) -> tuple[Edition, ...]:
        """The current edition and the drafts after it: what lives outside editions is written for these."""
        editions = list(self.definitions.editions.values())
        published = [at for at, one in enumerate(editions) if one.questionnaire.published]
        return tuple(editions[published[-1] if published else 0 :])

    def options(self, question: str) -> list[str]:
        """The options that question has, in any edition: a renamed one is tested by both ids."""
        asking = (one.questionnaire.every.get(question) for one in self.definitions.editions.values())
        return list(dict.fromkeys(option.id for one in asking if one is not None for option in one.options))

    def say(self, file: str, path: KeyPath, message: str, word: str = "", known: Iterable[str] = ()) -> None:
        self.findings.append(Finding(file, path, message, word, tuple(known)))


def walk_questions(edition: Edition) -> Iterator[tuple[KeyPath, Question, bool]]:
    """Every question with its path in `questionnaire.yaml`, and whether it belongs to an item."""
    for at, section in enumerate(edition.questionnaire.sections):
        for page_at, page in enumerate(section.pages):
            for question_at, question in enumerate(page.questions):
                path: KeyPath = ("sections", at, "pages", page_at, "questions", question_at)
                yield path, question, False
                for item_page_at, item_page in enumerate(question.item.pages if question.item else ()):
                    for item_at, one in enumerate(item_page.questions):
                        yield (*path, "item", "pages", item_page_at, "questions", item_at), one, True


def check_condition(checked: CheckedEdition, use: ConditionUse) -> None:
    group = checked.edition.questionnaire.group.id
    for leaf in leaves(use.condition, group if use.item else None):
        path = (*use.path, *leaf.path)
        if isinstance(leaf.node, Ask):
            _ask(checked, use, leaf, leaf.node, path)
        elif isinstance(leaf.node, Some) and leaf.node.some != group:
            checked.say(
                use.file, (*path, "some"), f"Le groupe « {leaf.node.some} » n'existe pas.", leaf.node.some, [group]
            )
        else:
            _named(checked, use, leaf, path)


def _named(checked: CheckedEdition, use: ConditionUse, leaf: Leaf, path: KeyPath) -> None:
    typology = checked.edition.typology
    links = [category.id for category in typology.categories]
    rules: dict[type, tuple[str, str, Iterable[str], tuple[str, ...]]] = {
        Is: ("is_", "La condition nommée", typology.conditions, ("plain", "gate", "contradiction", "draw")),
        IsCategory: ("category", "La catégorie", [*links, typology.remainder.id], ("device",)),
        IsReading: ("reading", "La lecture", [rule.id for rule in typology.remainder.readings], ("device",)),
        IsGate: ("gate", "La catégorie", links, ("contradiction",)),
    }
    if type(leaf.node) not in rules:
        return
    attribute, noun, known, places = rules[type(leaf.node)]
    name = getattr(leaf.node, attribute)
    key = attribute.rstrip("_")
    if name not in known:
        checked.say(use.file, (*path, key), f"{noun} « {name} » n'existe pas.", name, known)
    if use.place not in places:
        checked.say(use.file, (*path, key), f"Une condition « {key} » n'est pas admise à cet endroit.")
    elif isinstance(leaf.node, Is) and leaf.group is None:
        checked.say(use.file, (*path, key), f"« {name} » se lit sur une action : mettez-la sous « some ».")
    elif isinstance(leaf.node, Is) and use.place == "gate" and name in typology.conditions:
        file = checked.file("typology")
        check_condition(checked, ConditionUse(file, ("conditions", name), typology.conditions[name], use.item, "gate"))


def _ask(checked: CheckedEdition, use: ConditionUse, leaf: Leaf, ask: Ask, path: KeyPath) -> None:
    questionnaire = checked.edition.questionnaire
    reachable = questionnaire.every if leaf.group else questionnaire.questions
    question = reachable.get(ask.question)
    if question is None and use.place in LOOSE and _asked_since(checked, leaf, ask.question):
        return  # an edition that never asked it: unknown there
    if question is None:
        outside = (
            " (elle appartient à une action : mettez-la sous « some »)" if ask.question in questionnaire.items else ""
        )
        message = f"La question « {ask.question} » n'existe pas ici{outside}."
        checked.say(use.file, (*path, "question"), message, ask.question, reachable)
        return
    if question.is_group:
        checked.say(use.file, (*path, "question"), f"« {ask.question} » se lit par « some: {ask.question} ».")
        return
    if question.is_territory:
        _territory(checked, use, path, ask, question)
        return
    if not question.options:
        message = f"Aucune condition ne lit une question « {question.kind} », comme « {ask.question} »."
        checked.say(use.file, (*path, "question"), message)
        return
    _choice(checked, use, leaf, ask, path, question)


def _choice(
    checked: CheckedEdition, use: ConditionUse, leaf: Leaf, ask: Ask, path: KeyPath, question: Question
) -> None:
    """A test of a question that has options."""
    if ask.field is not None or (ask.place is not None and not question.form.ranked):
        checked.say(use.file, path, f"« field » et « place » ne vont pas avec la question « {ask.question} ».")
    unknown = {option.id for option in question.options if option.unknown}
    known = checked.options(question.id) if use.place in LOOSE else list(question.by_option)
    zone = checked.definitions.doors.derives
    if zone is not None and zone.question == question.id:
        known += [one for one in zone.options if one not in known]
    _options(checked, use, path, ask, [one for one in known if one not in unknown])
    _bounds(checked, use, path, ask, question)
    levelled = all(option.level is not None for option in question.options if not option.unknown)
    if ask.in_ is None and question.is_single and not levelled:
        checked.say(use.file, path, f"« at_least » demande un « level » à chaque option de « {ask.question} ».")
    if leaf.negated is not None and leaf.negated.hidden_ok is None and question.asked_when is not None:
        message = (
            f"« not » porte sur « {ask.question} », qui n'est pas toujours posée : « not » sera vrai quand elle ne "
            "l'est pas. Si c'est voulu, ajoutez « hidden_ok: pourquoi »."
        )
        checked.say(use.file, path, message)


def _territory(checked: CheckedEdition, use: ConditionUse, path: KeyPath, ask: Ask, question: Question) -> None:
    if ask.field not in TERRITORY_FIELDS:
        message = f"« {ask.question} » se lit par un champ : field: {', '.join(TERRITORY_FIELDS)}."
        checked.say(use.file, path, message, ask.field or "", TERRITORY_FIELDS)
    elif ask.known is not None:
        return
    elif (ask.field == "population") != (ask.in_ is None) or ask.place is not None:
        message = "« population » se lit par « at_least » ou « at_most », les autres champs par « in »."
        checked.say(use.file, path, message)
    elif ask.field == "type":
        _options(checked, use, path, ask, [kind.id for kind in question.types])


def _bounds(checked: CheckedEdition, use: ConditionUse, path: KeyPath, ask: Ask, question: Question) -> None:
    """A rank that nobody gives, a level that nobody reaches."""
    several = [one for one in question.options if not (one.exclusive or one.unknown)]
    levels = [one.level for one in question.options if one.level is not None]
    chosen = min(question.max or len(several), len(several))
    most = max(levels, default=0) if question.is_single else chosen
    if ask.place is not None and ask.place > (question.max or 0):
        message = f"« {ask.question} » n'a que {question.max} rangs."
        checked.say(use.file, (*path, "place"), message)
    if ask.at_least is not None and ask.at_least > most and use.place not in LOOSE:
        message = f"« {ask.question} » ne va que jusqu'à {most} : la condition ne serait jamais vraie."
        checked.say(use.file, (*path, "at_least"), message)
    if ask.at_most is not None and ask.at_most > most and use.place not in LOOSE:
        message = f"« {ask.question} » ne va que jusqu'à {most} : la condition serait toujours vraie."
        checked.say(use.file, (*path, "at_most"), message)


def _asked_since(checked: CheckedEdition, leaf: Leaf, question: str) -> bool:
    newest = (one.questionnaire for one in checked.newest)
    return any(question in (one.every if leaf.group else one.questions) for one in newest)


def _options(checked: CheckedEdition, use: ConditionUse, path: KeyPath, ask: Ask, known: list[str]) -> None:
    for option in ask.in_ or ():
        if option not in known:
            message = f"« {option} » n'est pas une réponse de « {ask.question} » que l'on puisse tester."
            checked.say(use.file, (*path, "in"), message, option, known)


def check_visibility(checked: CheckedEdition) -> None:
    """`asked_when` reads only earlier pages, and nothing that depends on the reading."""
    earlier: set[str] = set()
    page_path: KeyPath = ()
    pending: list[str] = []
    for path, question, _ in walk_questions(checked.edition):
        if path[:-2] != page_path:
            earlier.update(pending)
            pending, page_path = [], path[:-2]
        for leaf in leaves(question.asked_when) if question.asked_when is not None else ():
            name = getattr(leaf.node, "question", None) or getattr(leaf.node, "some", None)
            if name is None or name not in earlier:
                message = f"« asked_when » ne lit que des questions des pages précédentes, pas « {name} »."
                checked.say(checked.file("questionnaire"), (*path, "asked_when"), message)
        pending.append(question.id)
        if question.is_group:  # its items' pages follow it
            earlier.add(question.id)
