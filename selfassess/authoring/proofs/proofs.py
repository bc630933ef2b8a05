"""Proofs about an edition, by search over the answers each rule reads: nothing that never happens, nothing that
always does.

`prove` gives faults that are certain, and apart what the search could not settle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from selfassess.authoring.checks.condition_checks import (
    CheckedEdition,
    ConditionUse,
    walk_questions,
)
from selfassess.authoring.checks.every_condition import uses_of
from selfassess.authoring.proofs.device_proofs import prove_devices
from selfassess.authoring.proofs.favourable_proofs import prove_favourable
from selfassess.authoring.proofs.prover import (
    Proofs,
    Prover,
    SureFindings,
    changed,
    differ,
    first_of,
)
from selfassess.authoring.proofs.search import Test, rules_of
from selfassess.authoring.proofs.threshold_proofs import points, prove_thresholds
from selfassess.core.answers.answers import View
from selfassess.core.definition.condition import (
    All,
    Ask,
    Condition,
    Not,
    Truth,
    asks_of,
    evaluate,
    every,
    leaves,
    questions_of,
)
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.core.definition.strict import KeyPath
from selfassess.core.definition.typology import Category
from selfassess.core.reading.reading import Reading

NEVER = "Cette condition n'est jamais vraie : aucune réponse ne la remplit."
ALWAYS = "Cette condition n'est jamais fausse : toutes les réponses la remplissent, elle ne trie rien."


def prove(definitions: Definitions, edition: Edition, readings: Mapping[str, Reading]) -> Proofs:
    """Everything that can be proved of an edition, and of the devices with it. `readings`: files read already, by
    name, where what happens may be seen without any search."""
    checked = CheckedEdition(definitions, edition)
    prover = Prover(checked, Proofs())
    uses = [use for use in uses_of(checked) if use.place != "device" or written_for(checked, use)]
    for use in uses:
        if use.place == "asked_when":
            _use(prover, use)
    if prover.proofs.faults:  # a question never asked makes false all that reads it: this first
        return prover.proofs
    for use in uses:
        if use.place != "asked_when":
            _use(prover, use)
    _orders(prover)
    for at, category in enumerate(edition.typology.categories):
        _category(prover, at, category)
    prove_favourable(prover)
    if edition in checked.newest:
        prove_thresholds(prover)
        prove_devices(prover, readings)
    return prover.proofs


def written_for(checked: CheckedEdition, use: ConditionUse) -> bool:
    """Devices and the report's sentences are written for the newest editions, and may read what one does not ask."""
    every = checked.edition.questionnaire.every
    if checked.edition not in checked.newest or not questions_of([use.condition]) <= every.keys():
        return False
    tests = [(every[ask.question].by_option, ask.in_) for ask in asks_of(use.condition) if ask.in_ is not None]
    return all(not options or options.keys() & set(tested) for options, tested in tests)


def _use(prover: Prover, use: ConditionUse) -> None:
    """One condition: it can be true, it can be false, and each option it names matters."""
    checked = prover.checked
    never, always = _words(checked.edition, use)
    if not prover.conclude(prover.can(use.condition, item=use.item), use.file, use.path, never):
        return
    known = use.file == checked.file("means") and use.path == ("practice", "known")  # every item described may count
    ordered = use.path[0] in {"ri_cases", "ri_integration"}  # the last may take what is left
    if not (known or ordered):
        prover.conclude(prover.can(use.condition, item=use.item, be=False), use.file, use.path, always)
    for path, question, option, without in _options(use.condition):
        options = checked.edition.questionnaire.every[question].by_option
        if options and option not in options:  # a renamed one is tested by both ids
            continue
        test = _matters(prover, use.condition, without, item=use.item)
        found = prover.hunt(prover.space([use.condition, without], item=use.item), test)
        message = (
            f"La réponse « {option} » de « {question} » ne change rien à cette condition : elle n'y compte jamais."
        )
        prover.conclude(found, use.file, (*use.path, *path), message)


def _words(edition: Edition, use: ConditionUse) -> tuple[str, str]:
    """What is said of a condition that is never true, and of one that is never false."""
    if use.place == "asked_when":
        question = next(one for path, one, _ in walk_questions(edition) if path == use.path[:-1])
        return (
            f"La question « {question.id} » n'est jamais posée : aucune réponse ne remplit « asked_when ».",
            f"La question « {question.id} » est toujours posée : « asked_when » ne sert à rien, retirez-le.",
        )
    if use.place == "contradiction":
        name = edition.contradictions.contradictions[int(use.path[1])].id
        return f"La contradiction « {name} » n'apparaît jamais : aucune réponse ne la remplit.", ALWAYS
    return NEVER, ALWAYS


def _options(condition: Condition) -> Iterator[tuple[KeyPath, str, str, Condition]]:
    """Each option a condition names: where, its question, its id, and the condition without it."""
    for leaf in leaves(condition):
        if isinstance(leaf.node, Ask) and leaf.node.in_ is not None:
            for at, option in enumerate(leaf.node.in_):
                others = tuple(one for one in leaf.node.in_ if one != option)
                less = leaf.node.model_copy(update={"in_": others})
                yield (*leaf.path, "in", at), leaf.node.question, option, changed(condition, leaf.path, less)


def _matters(prover: Prover, condition: Condition, without: Condition, *, item: bool) -> Test:
    one, other = prover.test(condition, item=item), prover.test(without, item=item)
    return lambda view: differ(one(view), other(view))


def _orders(prover: Prover) -> None:
    """Lists read in order: each entry is reached by answers that those before it do not take."""
    edition, checked = prover.checked.edition, prover.checked
    for name in ("ri_cases", "ri_integration"):
        cases = getattr(edition.typology, name)
        for at, case in enumerate(cases):
            message = f"Le cas « {case.id} » n'est jamais retenu : ceux qui le précèdent prennent toutes ses réponses."
            if prover.can(case.when, item=False).answers is not None:
                reached = prover.can(first_of([one.when for one in cases[: at + 1]]), item=False)
                prover.conclude(reached, checked.file("typology"), (name, at, "when"), message)
    for at, dimension in enumerate(edition.maturity.dimensions):
        for level_at, level in enumerate(dimension.levels):
            message = (
                f"Le niveau {level_at + 1} de « {dimension.id} » n'est jamais atteint : aucune réponse ne le remplit "
                "en même temps que les niveaux d'avant."
            )
            path = ("dimensions", at, "levels", level_at, "when")
            whole = All(all=tuple(one.when for one in dimension.levels[: level_at + 1]))
            if prover.can(level.when, item=False).answers is not None:
                prover.conclude(prover.can(whole, item=False), checked.file("maturity"), path, message)
    _readings(prover)


def _readings(prover: Prover) -> None:
    """Each reading of the remainder is given to some file without any link, each mention beside some link."""
    edition, file = prover.checked.edition, prover.checked.file("typology")
    remainder = edition.typology.remainder
    for at, rule in enumerate(remainder.readings):
        path: KeyPath = ("remainder", "readings", at)
        if rule.when is not None and prover.can(rule.when, item=False).answers is None:
            continue
        alone = first_of([one.when for one in remainder.readings[: at + 1]])
        message = (
            f"La lecture « {rule.id} » n'est jamais donnée : celles qui la précèdent prennent toutes ses réponses."
        )
        given = prover.hunt(prover.space([alone, *_links(edition)], item=True), _beside(prover, alone, link=False))
        prover.conclude(given, file, (*path, "id"), message)
        if rule.beside_link is not None and rule.when is not None:
            message = f"La mention « {rule.id} » n'accompagne jamais un lien : aucune réponse ne donne les deux."
            given = prover.hunt(
                prover.space([rule.when, *_links(edition)], item=True), _beside(prover, rule.when, link=True)
            )
            prover.conclude(given, file, (*path, "beside_link"), message)


def _links(edition: Edition) -> list[Condition]:
    return [rule for category in edition.typology.categories for rule in rules_of(category)]


def _beside(prover: Prover, condition: Condition, *, link: bool) -> Test:
    """The condition is true, and a link is assigned (or none is)."""
    typology = prover.checked.edition.typology

    def reached(view: View) -> Truth:
        alone = SureFindings(typology, view).truth("category", typology.remainder.id, None)
        return every([evaluate(condition, view), (None if alone is None else not alone) if link else alone])

    return reached


def _category(prover: Prover, at: int, category: Category) -> None:
    """It can be assigned; each sign is true, and not always, on an item whose gate is open."""
    edition, file = prover.checked.edition, prover.checked.file("typology")
    if prover.can(category.gate, item=True).answers is None:
        return
    message = (
        f"La catégorie « {category.id} » n'est jamais attribuée : aucune réponse n'atteint le seuil de "
        f"{edition.typology.threshold} points."
    )
    space = prover.space(rules_of(category), item=True)
    prover.conclude(
        prover.hunt(space, points(prover, category, edition.typology.threshold)),
        file,
        ("categories", at, "id"),
        message,
    )
    for sign_at, sign in enumerate(category.evidence):
        path: KeyPath = ("categories", at, "evidence", sign_at, "when")
        if prover.can(sign.when, item=True).answers is None:
            continue
        both = All(all=(category.gate, sign.when))
        message = (
            f"L'indice « {sign.id} » ne compte jamais : la porte de « {category.id} » est fermée quand il est vrai."
        )
        if prover.conclude(prover.can(both, item=True), file, path, message):
            apart = All(all=(category.gate, Not(not_=sign.when, hidden_ok="-")))
            message = f"L'indice « {sign.id} » est vrai chaque fois que la porte de « {category.id} » est ouverte."
            prover.conclude(prover.can(apart, item=True), file, path, message)
