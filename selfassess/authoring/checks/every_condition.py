"""Every condition written in the definitions, where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from selfassess.authoring.checks.condition_checks import CheckedEdition, ConditionUse, walk_questions
from selfassess.core.definition.device import Device


def uses_of(checked: CheckedEdition) -> Iterator[ConditionUse]:
    """The conditions of an edition, and of what lives outside editions: devices, examples, the report's sentences and
    the rules of page one. Each with its place."""
    edition, definitions = checked.edition, checked.definitions
    for path, question, in_item in walk_questions(edition):
        if question.asked_when is not None:
            yield ConditionUse(
                checked.file("questionnaire"), (*path, "asked_when"), question.asked_when, in_item, "asked_when"
            )
    yield from _typology_uses(checked)
    yield from _means_uses(checked)
    file = checked.file("maturity")
    for at, dimension in enumerate(edition.maturity.dimensions):
        for level_at, level in enumerate(dimension.levels):
            yield ConditionUse(file, ("dimensions", at, "levels", level_at, "when"), level.when)
    for at, one in enumerate(edition.contradictions.contradictions):
        path = ("contradictions", at, "when")
        yield ConditionUse(checked.file("contradictions"), path, one.when, one.per == "item", "contradiction")
    for device in definitions.devices:
        yield from _device_uses(checked, device)
    for at, placed in enumerate(definitions.examples):
        for like_at, like in enumerate(placed.example.like):
            path = ("examples", at, "like", like_at, "when")
            yield ConditionUse(checked.shared("examples"), path, like.when, place="device")
    for at, sentence in enumerate(definitions.texts.sentences):
        yield ConditionUse(checked.shared("report"), ("sentences", at, "when"), sentence.when, place="device")
    yield from _rule_uses(checked)


def _rule_uses(checked: CheckedEdition) -> Iterator[ConditionUse]:
    file, rules = checked.shared("decision"), checked.definitions.rules
    for name in ("nothing_first", "no_application_first", "full"):
        yield ConditionUse(file, (name,), getattr(rules, name), place="device")
    for at, brake in enumerate(rules.brakes):
        yield ConditionUse(file, ("brakes", at, "when"), brake.when, place="device")
    for name in type(rules.living).model_fields:
        yield ConditionUse(file, ("living", name), getattr(rules.living, name), item=True, place="device")


def _means_uses(checked: CheckedEdition) -> Iterator[ConditionUse]:
    file, means = checked.file("means"), checked.edition.means
    for at, axis in enumerate(means.axes):
        for cap_at, cap in enumerate(axis.caps):
            yield ConditionUse(file, ("axes", at, "caps", cap_at, "when"), cap.when)
    yield ConditionUse(file, ("lead_floor", "when"), means.lead_floor.when)
    yield ConditionUse(file, ("practice", "practised"), means.practice.practised, item=True)
    yield ConditionUse(file, ("practice", "known"), means.practice.known, item=True)
    for at, dormant in enumerate(means.practice.dormant):
        yield ConditionUse(file, ("practice", "dormant", at, "when"), dormant.when)


def _device_uses(checked: CheckedEdition, device: Device) -> Iterator[ConditionUse]:
    file = checked.shared(f"devices/{device.id}")
    for name in ("eligible", "fit", "asset", "territory"):
        for at, sign in enumerate(getattr(device, name)):
            yield ConditionUse(file, (name, at, "when"), sign.when, place="device")


def _typology_uses(checked: CheckedEdition) -> Iterator[ConditionUse]:
    file, typology = checked.file("typology"), checked.edition.typology
    for name, condition in typology.conditions.items():
        yield ConditionUse(file, ("conditions", name), condition, item=True)
    yield ConditionUse(file, ("tie_break",), typology.tie_break, item=True)
    for at, category in enumerate(typology.categories):
        yield ConditionUse(file, ("categories", at, "gate"), category.gate, item=True, place="gate")
        for sign_at, sign in enumerate(category.evidence):
            yield ConditionUse(file, ("categories", at, "evidence", sign_at, "when"), sign.when, item=True)
    for at, rule in enumerate(typology.remainder.readings):
        if rule.when is not None:
            yield ConditionUse(file, ("remainder", "readings", at, "when"), rule.when)
    for name in ("ri_cases", "ri_integration"):
        for at, case in enumerate(getattr(typology, name)):
            yield ConditionUse(file, (name, at, "when"), case.when)
