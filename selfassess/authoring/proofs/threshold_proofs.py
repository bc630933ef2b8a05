"""Limits that some file must reach: points of the typology, gaps and points of the devices, caps, closures."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from selfassess.authoring.checks.condition_checks import walk_questions
from selfassess.authoring.proofs.prover import Prover, SureFindings
from selfassess.authoring.proofs.search import (
    Outcome,
    Space,
    Test,
    rules_of,
)
from selfassess.core.answers.answers import View
from selfassess.core.definition.condition import All, Ask, Condition, Truth
from selfassess.core.definition.device import Device
from selfassess.core.definition.means import Axis, Means
from selfassess.core.definition.strict import KeyPath
from selfassess.core.definition.typology import Category
from selfassess.core.reading.available_means import gaps, gather
from selfassess.core.reading.profile import place, profile
from selfassess.core.reading.usefulness import serve

# What each limit on gaps is compared with: the greatest, then their sum.
LIMITS: dict[str, Callable[[list[int]], int]] = dict(far=lambda sizes: max(sizes, default=0), total=sum)  # noqa: C408


def prove_thresholds(prover: Prover) -> None:
    """Every limit of the edition is reached by some answers."""
    _points(prover)
    _means(prover)
    _readings(prover)
    _objectives(prover)


def points(prover: Prover, category: Category, least: int) -> Test:
    """The file surely gives the category that many points."""
    typology = prover.checked.edition.typology

    def reached(view: View) -> Truth:
        placed = place(typology, view, category)
        return True if placed.low >= least else False if placed.high < least else None

    return reached


def _leaning(prover: Prover, category: Category) -> Test:
    """The category is undecided and its points are enough to lean to it."""
    typology = prover.checked.edition.typology

    def reached(view: View) -> Truth:
        placed = place(typology, view, category)
        if placed.verdict != "undecided" or typology.leaning_from >= typology.threshold:
            return False
        return True if placed.low >= typology.leaning_from else None

    return reached


def _points(prover: Prover) -> None:
    typology, file = prover.checked.edition.typology, prover.checked.file("typology")
    spaces = [(one, prover.space(rules_of(one), item=True)) for one in typology.categories]
    wide = typology.threshold + typology.strong_margin
    message = f"Aucune lecture n'est de confiance « forte » : aucune catégorie n'atteint {wide} points."
    _any(prover, [(space, points(prover, one, wide)) for one, space in spaces], file, ("strong_margin",), message)
    message = (
        f"Le résultat ne « penche » jamais : aucune catégorie encore indécise n'a {typology.leaning_from} points sûrs."
    )
    _any(prover, [(space, _leaning(prover, one)) for one, space in spaces], file, ("leaning_from",), message)


def _any(prover: Prover, goals: Iterable[tuple[Space, Test]], file: str, path: KeyPath, message: str) -> None:
    """One of these goals is reached."""
    tried, settled = 0, True
    for space, test in goals:
        outcome = prover.hunt(space, test)
        if outcome.answers is not None:
            return
        tried, settled = tried + outcome.tried, settled and outcome.settled
    prover.conclude(Outcome(None, settled, tried), file, path, message)


def levels(axis: Axis, top: int) -> list[Ask]:
    """Tests that tell apart the levels of an axis."""
    edges = axis.edges or range(1, top + 1)
    return [Ask(question=axis.question, field=axis.field, at_least=edge) for edge in edges]


def means_asks(means: Means) -> list[Condition]:
    """Conditions that tell apart what there is of each axis."""
    asks = [ask for axis in means.axes for ask in levels(axis, len(axis.scale) - 1)]
    return [*asks, *(cap.when for axis in means.axes for cap in axis.caps)]


def _means(prover: Prover) -> None:
    edition, file = prover.checked.edition, prover.checked.file("means")
    means = edition.means
    devices = [one for one in prover.checked.definitions.devices if not one.always_open]
    for at, axis in enumerate(means.axes):
        for cap_at, cap in enumerate(axis.caps):
            if prover.can(cap.when, item=False).answers is None:
                continue
            above = levels(axis, len(axis.scale) - 1)[cap.at :]
            found = prover.can(All(all=(cap.when, above[0])), item=False) if above else Outcome(None, True, 0)
            message = (
                f"Ce plafond n'abaisse jamais « {axis.title} » : aucune réponse ne le dépasse quand il s'applique."
            )
            prover.conclude(found, file, ("axes", at, "caps", cap_at), message)
    space = prover.space(means_asks(means))
    for key, most in LIMITS.items():
        limit = getattr(means, key)
        message = f"« {key} » n'est jamais atteint : il ne manque jamais {limit} niveaux à un dispositif."
        _any(prover, [(space, _lacking(prover, devices, most, limit))], file, (key,), message)
    _serving(prover, devices)
    if not any(one.lead for one in devices):
        message = "« lead_floor » ne ferme rien : aucun dispositif ne demande de piloter (« lead »)."
        prover.say(file, ("lead_floor",), message)


def _lacking(prover: Prover, devices: list[Device], most: Callable[[list[int]], int], limit: int) -> Test:
    edition, living = prover.checked.edition, prover.checked.definitions.rules.living

    def reached(view: View) -> Truth:
        facts = gather(edition.means, living, view, profile(edition.typology, view))
        found = [gaps(facts, device) for device in devices]
        if any(most([gap.best for gap in one]) >= limit for one in found):
            return True
        return None if any(most([gap.worst for gap in one]) >= limit for one in found) else False

    return reached


def _serving(prover: Prover, devices: list[Device]) -> None:
    """Some device gathers enough points of fit, and of asset, to be useful by them alone."""
    ranking, file = prover.checked.edition.means.ranking, prover.checked.file("means")
    for name, limit, key in (
        ("fit", ranking.enough_fit, "enough_fit"),
        ("asset", ranking.enough_asset, "enough_asset"),
    ):
        ordered = sorted(devices, key=lambda one: -max((sign.points for sign in getattr(one, name)), default=0))
        goals = (
            (prover.space([sign.when for sign in getattr(device, name)]), _enough(prover, device, name, limit))
            for device in ordered
        )
        message = f"« {key} » n'est jamais atteint : aucun dispositif n'a {limit} points de « {name} »."
        _any(prover, goals, file, ("ranking", key), message)


def _enough(prover: Prover, device: Device, name: str, limit: int) -> Test:
    edition = prover.checked.edition

    def reached(view: View) -> Truth:
        view.findings = SureFindings(edition.typology, view)
        low, high = getattr(serve(edition.means, view, device), name)
        return True if low >= limit else False if high < limit else None

    return reached


def _readings(prover: Prover) -> None:
    """A reading that closes devices closes at least one."""
    file, devices = prover.checked.file("typology"), prover.checked.definitions.devices
    for at, rule in enumerate(prover.checked.edition.typology.remainder.readings):
        closes = rule.closes
        if closes is not None and not any(
            one.demands.get(closes.axis, 0) >= closes.from_ and not one.always_open for one in devices
        ):
            message = (
                f"La lecture « {rule.id} » ne ferme rien : aucun dispositif ne demande « {closes.axis} » à "
                f"{closes.from_} ou plus."
            )
            prover.say(file, ("remainder", "readings", at, "closes"), message)


def _objectives(prover: Prover) -> None:
    """Each objective one may choose is served by some device."""
    edition, checked = prover.checked.edition, prover.checked
    served = {name for device in checked.definitions.devices for name, worth in device.objectives.items() if worth}
    for path, question, _ in walk_questions(edition):
        if question.id == edition.means.ranking.objectives_question:
            for at, option in enumerate(question.options):
                if option.id not in served and not (option.exclusive or option.unknown):
                    message = f"L'objectif « {option.id} » n'est servi par aucun dispositif."
                    prover.say(checked.file("questionnaire"), (*path, "options", at, "id"), message)
