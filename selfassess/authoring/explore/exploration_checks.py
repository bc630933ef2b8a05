"""Checks of what exploring is made of: the model of plausible files, and the invariants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from selfassess.authoring.checks.condition_checks import (
    CheckedEdition,
    ConditionUse,
    check_condition,
)
from selfassess.authoring.explore.invariants import (
    THIS,
    Change,
    Count,
    Invariant,
    OfCategory,
    OfDevice,
    OfPlaces,
    OfReading,
    OfWhole,
    Test,
    Unknown,
)
from selfassess.authoring.explore.plausible import Draw, Plausible
from selfassess.authoring.explore.random_files import FIELDS, drawn
from selfassess.core.answers.answers import read
from selfassess.core.definition.edition import Edition
from selfassess.core.definition.questionnaire import Question
from selfassess.core.definition.strict import KeyPath


def check_plausible(checked: CheckedEdition, model: Plausible) -> None:
    """Every question is drawn once, every answer has a weight, conditions read what is drawn before.

    What another edition asks may be there too: one file serves the edition in use and the draft that will replace it.
    """
    file, questionnaire = checked.shared("plausible"), checked.edition.questionnaire
    wanted = _drawable(checked.edition)
    elsewhere = {key for one in checked.definitions.editions.values() for key in _drawable(one)}
    taken: set[tuple[str, str | None]] = set()
    for at, draw in enumerate(model.draws):
        path: KeyPath = ("draws", at)
        key = (draw.question, draw.field)
        if key not in elsewhere:
            message = f"Aucune question « {draw.question} » à tirer{' avec ce champ' if draw.field else ''}."
            checked.say(file, (*path, "question"), message, draw.question, questionnaire.every)
            continue
        if key in taken:
            checked.say(file, path, f"La question « {draw.question} » est tirée deux fois.")
        taken.add(key)
        for source in draw.sources:
            if source not in checked.definitions.sources:
                message = f"La source « {source} » n'existe pas."
                checked.say(file, (*path, "sources"), message, source, checked.definitions.sources)
        if key not in wanted:
            continue
        _draw(checked, file, path, draw, wanted[key])
        for given_at, given in enumerate(draw.given):
            where = (*path, "given", given_at, "when")
            item = draw.question in questionnaire.items
            check_condition(checked, ConditionUse(file, where, given.when, item=item, place="draw"))
    for name, field in (one for one in wanted if one not in taken):
        checked.say(file, ("draws",), f"La question « {name} »{f' ({field})' if field else ''} n'est pas tirée.")


def _drawable(edition: Edition) -> dict[tuple[str, str | None], Question]:
    return {
        (question.id, field): question
        for question in edition.questionnaire.every.values()
        for field in (FIELDS if question.is_territory else (None,))
    }


def _draw(checked: CheckedEdition, file: str, path: KeyPath, draw: Draw, question: Question) -> None:
    known = drawn(question, draw.field)
    known = list(draw.weights) if known is None else known
    asking = [one.questionnaire.every.get(question.id) for one in checked.definitions.editions.values()]
    elsewhere = {option for one in asking if one is not None for option in drawn(one, draw.field) or ()}
    for at, weighed in enumerate([draw, *draw.given]):
        where = path if at == 0 else (*path, "given", at - 1)
        for option in weighed.weights:
            if option not in known and option not in elsewhere:
                message = f"« {option} » n'est pas une réponse que l'on puisse tirer ici."
                checked.say(file, (*where, "weights"), message, option, known)
        if question.max is not None and any(count > question.max for count in weighed.counts):
            checked.say(file, (*where, "counts"), f"« {question.id} » a {question.max} réponses au plus.")
    for option in known:
        if option not in draw.weights:
            checked.say(file, (*path, "weights"), f"Il manque le poids de « {option} » (0 s'il ne sort jamais).")
    if (question.form.several or question.is_group) != bool(draw.counts):
        message = "« counts » va avec les questions à plusieurs réponses et avec les actions, et seulement avec elles."
        checked.say(file, path, message)


def check_invariants(checked: CheckedEdition, files: Mapping[str, Sequence[Invariant]]) -> None:
    """Ids that exist, each once, conditions that can be read where they stand, examples that are answers. `files`: by
    file, the invariants it says."""
    seen = set[str]()
    for file, invariants in files.items():
        for at, invariant in enumerate(invariants):
            path: KeyPath = ("invariants", at)
            if invariant.id in seen:
                message = f"L'identifiant « {invariant.id} » est déjà pris. Choisissez-en un autre."
                checked.say(file, (*path, "id"), message)
            seen.add(invariant.id)
            _invariant(checked, file, path, invariant)


def _invariant(checked: CheckedEdition, file: str, path: KeyPath, invariant: Invariant) -> None:
    for key, tests in (("if", invariant.if_), ("then", invariant.then), ("never", invariant.never)):
        for test_at, test in enumerate(tests):
            for where, message, word, known in _test(checked, file, (*path, key, test_at), test, invariant):
                checked.say(file, where, message, word, known)
    if invariant.change is not None:
        _change(checked, file, (*path, "change"), invariant.change)
    for fault in read(checked.edition.questionnaire, invariant.broken_by.answers)[1]:
        checked.say(file, (*path, "broken_by", "answers"), f"{fault.path} : {fault.code} {fault.given}".strip())


Fault = tuple[KeyPath, str, str, list[str]]


def _test(checked: CheckedEdition, file: str, path: KeyPath, test: Test, one: Invariant) -> Iterator[Fault]:
    typology = checked.edition.typology
    if isinstance(test, Count):
        test, one = test.count, one.model_copy(update={"per": "device"})  # there, `this` is each device counted
    if isinstance(test, OfDevice):
        known = [device.id for device in checked.definitions.devices]
        yield from _name(path, "Le dispositif", "device", test.device, known, one.per == "device")
        if test.does is not None:
            check_condition(checked, ConditionUse(file, (*path, "does"), test.does, item=True))
    elif isinstance(test, OfCategory):
        known = [*(category.id for category in typology.categories), typology.remainder.id]
        yield from _name(path, "La catégorie", "category", test.category, known, one.per == "category")
        if test.rests_on is not None:
            check_condition(checked, ConditionUse(file, (*path, "rests_on"), test.rests_on, item=True))
    elif isinstance(test, OfReading):
        known = [rule.id for rule in typology.remainder.readings]
        yield from _name(path, "La lecture", "reading", test.reading, known, this=False)
    elif isinstance(test, Unknown):
        check_condition(checked, ConditionUse(file, (*path, "unknown"), test.unknown))
    elif not isinstance(test, OfWhole | OfPlaces):
        check_condition(checked, ConditionUse(file, path, test))


def _name(path: KeyPath, noun: str, key: str, name: str, known: list[str], this: bool) -> Iterator[Fault]:
    if name == THIS and not this:
        yield (*path, key), f"« {THIS} » ne va qu'avec « per: {key} ».", "", []
    elif name != THIS and name not in known:
        yield (*path, key), f"{noun} « {name} » n'existe pas.", name, known


def _change(checked: CheckedEdition, file: str, path: KeyPath, change: Change) -> None:
    questions: Mapping[str, Question] = checked.edition.questionnaire.questions
    group = checked.edition.questionnaire.group.id
    for key, name in (("reverse", change.reverse), ("drop", change.drop)):
        if name is not None and name != group:
            checked.say(file, (*path, key), f"Le groupe « {name} » n'existe pas.", name, [group])
    for name in (*change.rise, *((change.question,) if change.question else ())):
        question = questions.get(name)
        if question is None:
            checked.say(file, path, f"La question « {name} » n'existe pas.", name, questions)
        elif change.to is not None and change.to not in question.by_option:
            message = f"« {change.to} » n'est pas une réponse de « {name} »."
            checked.say(file, (*path, "to"), message, change.to, question.by_option)
        elif change.rise and not any(option.level is not None for option in question.options):
            checked.say(file, (*path, "raise"), f"Les réponses de « {name} » n'ont pas de « level ».")
