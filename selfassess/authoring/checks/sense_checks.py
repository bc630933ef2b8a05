"""Values that are each allowed and wrong together: scales, thresholds, bounds, what a kind of question may carry.

What only a search over answers can tell (a margin or a condition that nothing reaches) is in `proofs`.

Apart: `cross_checks` follows ids from one file to another; here each file is looked at alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from selfassess.authoring.checks.condition_checks import CheckedEdition, walk_questions
from selfassess.core.answers.items import ITEM_ID, LABEL
from selfassess.core.definition.condition import Is, nodes_of
from selfassess.core.definition.means import Axis
from selfassess.core.definition.questionnaire import Question
from selfassess.core.definition.strict import KeyPath
from selfassess.core.definition.typology import COUNTER, Typology

Faults = Iterator[tuple[KeyPath, str]]


def check_sense(checked: CheckedEdition) -> None:
    """What would be wrong later, in every part of an edition and in the devices written for it."""
    parts = {"questionnaire": _questionnaire, "typology": _typology, "means": _means}
    for name, check in parts.items():
        for path, message in check(checked):
            checked.say(checked.file(name), path, message)
    if checked.edition in checked.newest:
        _catalysts(checked)


def _questionnaire(checked: CheckedEdition) -> Faults:
    questionnaire = checked.edition.questionnaire
    kinds = dict.fromkeys(question.kind for _, question, _ in walk_questions(checked.edition))
    for kind in kinds:
        if kind not in questionnaire.timing.seconds:
            yield ("timing", "seconds"), f"Il manque le temps d'une question « {kind} »."
    for at, section in enumerate(questionnaire.sections):
        for page_at, page in enumerate(section.pages):
            path: KeyPath = ("sections", at, "pages", page_at)
            if page.title is None and len(page.questions) > 1:
                yield path, f"La page « {page.id} » a plusieurs questions : il lui faut un « title »."
    for path, question, in_item in walk_questions(checked.edition):
        yield from _question(path, question)
        if in_item and not question.form.options:
            yield (*path, "kind"), f"Une question « {question.kind} » ne se pose pas sur une action."
        if in_item and question.id in {LABEL, ITEM_ID}:
            yield (*path, "id"), f"« {question.id} » est déjà le nom d'une action : choisissez un autre identifiant."


def _question(path: KeyPath, question: Question) -> Faults:
    if question.max is not None and not (question.form.several or question.form.counted):
        yield (*path, "max"), f"« max » ne va pas avec une question « {question.kind} »."
    if question.max is not None and question.options and question.max > len(question.options):
        yield (*path, "max"), f"« max » dépasse le nombre d'options, {len(question.options)}."
    unknown = [at for at, one in enumerate(question.options) if one.unknown]
    if len(unknown) > 1:
        yield (*path, "options", unknown[1], "unknown"), "Une seule option dit « je ne sais pas » (unknown)."
    if question.options and len(unknown) == len(question.options):
        yield (*path, "options"), "Il faut au moins une option qui dise quelque chose."
    for at, (one, other) in enumerate(pairwise(question.bands)):
        if other.floor <= one.floor:
            yield (*path, "bands", at + 1, "floor"), "Chaque tranche commence plus haut que la précédente."


def _typology(checked: CheckedEdition) -> Faults:
    typology = checked.edition.typology
    if typology.leaning_from > typology.threshold:
        yield ("leaning_from",), f"« leaning_from » dépasse « threshold », {typology.threshold}."
    for at, category in enumerate(typology.categories):
        for sign_at, sign in enumerate(category.evidence):
            most = typology.facets.get(sign.facet, typology.reach)
            if abs(sign.weight) > most:
                path: KeyPath = ("categories", at, "evidence", sign_at, "weight")
                yield path, f"Ce poids dépasse ce qui compte pour « {sign.facet} », {most}."
    yield from _facets(typology)
    for at, rule in enumerate(typology.remainder.readings):
        if rule.when is None and at + 1 < len(typology.remainder.readings):
            yield ("remainder", "readings", at), "Seule la dernière lecture n'a pas de « when »."


def _facets(typology: Typology) -> Faults:
    facets = (*typology.facets, COUNTER)
    for name in facets:
        if name not in typology.facet_titles:
            yield ("facet_titles",), f"Il manque le titre de la facette « {name} »."
    for name in typology.facet_titles:
        if name not in facets:
            yield ("facet_titles", name), f"La facette « {name} » n'existe pas."


def check_circles(checked: CheckedEdition) -> None:
    """Named conditions that lead back to themselves."""
    conditions = checked.edition.typology.conditions
    named = {name: [node.is_ for node in nodes_of(one) if isinstance(node, Is)] for name, one in conditions.items()}
    for name in named:
        met, todo = list[str](), [name]
        while todo:
            for inner in named.get(todo.pop(), ()):
                if inner not in met:
                    met.append(inner)
                    todo.append(inner)
        if name in met:
            checked.say(checked.file("typology"), ("conditions", name), f"La condition « {name} » se lit elle-même.")


def _top(axis: Axis) -> int:
    return len(axis.scale) - 1


def _means(checked: CheckedEdition) -> Faults:
    means, questionnaire = checked.edition.means, checked.edition.questionnaire
    for at, axis in enumerate(means.axes):
        question = questionnaire.every.get(axis.question)
        yield from ((("axes", at, *path), message) for path, message in _axis(axis, question))
        if question is not None and question.id in questionnaire.items:
            yield (
                ("axes", at, "question"),
                f"« {axis.question} » se pose sur une action : un axe se lit hors des actions.",
            )
    if means.practice.state_question not in questionnaire.items:
        yield ("practice", "state_question"), "Cette question doit appartenir à une action."
    wanted = questionnaire.questions.get(means.ranking.objectives_question)
    if wanted is None or not wanted.form.several:
        name = means.ranking.objectives_question
        yield (
            ("ranking", "objectives_question"),
            f"« {name} » n'est pas une question à plusieurs réponses, hors des actions.",
        )


def _axis(axis: Axis, question: Question | None) -> Faults:
    top = _top(axis)
    if axis.short and len(axis.short) != len(axis.scale):
        yield ("short",), f"« short » dit chaque degré de l'échelle : {len(axis.scale)} textes, pas {len(axis.short)}."
    if axis.gap_from > top:
        yield ("gap_from",), f"L'échelle « {axis.id} » va de 0 à {top}."
    for at, cap in enumerate(axis.caps):
        if cap.at > top:
            yield ("caps", at, "at"), f"L'échelle « {axis.id} » va de 0 à {top}."
    if list(axis.edges) != sorted(set(axis.edges)):
        yield ("edges",), "Chaque limite est plus haute que la précédente."
    if axis.field is None:
        yield from _levels(axis, question, top)
    elif axis.field != "population" or (question is not None and not question.is_territory):
        yield ("field",), "« field » ne peut être que « population », sur la question du territoire."
    elif len(axis.edges) != top:
        yield ("edges",), f"Il faut {top} limites pour une échelle de 0 à {top}, pas {len(axis.edges)}."


def _levels(axis: Axis, question: Question | None, top: int) -> Faults:
    if axis.edges:
        yield ("edges",), "« edges » va avec « field »."
    if question is None:
        return
    if not question.is_single:
        yield ("question",), f"« {axis.question} » n'est pas une question « single » : un axe n'a qu'un degré."
    levels: Sequence[int] = [one.level for one in question.options if one.level is not None]
    if max(levels, default=0) > top:
        yield ("scale",), f"« {axis.question} » va jusqu'au « level » {max(levels)} : l'échelle s'arrête à {top}."


def _catalysts(checked: CheckedEdition) -> None:
    tops = [_top(axis) for axis in checked.edition.means.axes if axis.catalyst]
    for device in checked.definitions.devices:
        if device.catalyst is not None and tops and device.catalyst[1] > max(tops):
            message = f"L'échelle des étapes va de 0 à {max(tops)}."
            checked.say(checked.shared(f"devices/{device.id}"), ("catalyst",), message)
