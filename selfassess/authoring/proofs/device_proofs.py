"""Proofs about devices: the verdicts declared are those that answers give, every point may count, no two devices are
always told the same.

Apart: what is proved of devices is as long as what is proved of the rest of an edition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations

from selfassess.authoring.proofs.favourable_proofs import prove_signs
from selfassess.authoring.proofs.means_proofs import prove_means
from selfassess.authoring.proofs.prover import MOST, Prover, SureFindings
from selfassess.authoring.proofs.search import (
    EvenDraws,
    Space,
    Test,
    drawn,
    read_by,
)
from selfassess.authoring.proofs.threshold_proofs import means_asks
from selfassess.core.answers.answers import View
from selfassess.core.answers.items import Answers, items_of
from selfassess.core.definition.condition import (
    All,
    Ask,
    Condition,
    Ref,
    Truth,
)
from selfassess.core.definition.device import Device
from selfassess.core.definition.structure import structure
from selfassess.core.definition.verdicts import VERDICTS, Verdict
from selfassess.core.reading.available_means import AvailableMeans, gather
from selfassess.core.reading.profile import profile
from selfassess.core.reading.reading import Reading, read_file
from selfassess.core.reading.recommendation import Advice, weigh

DRAWN = 40  # files, at least, on which devices are compared
SHOWN = 6  # answers quoted of a file that gives an undeclared verdict


def prove_devices(prover: Prover, readings: Mapping[str, Reading]) -> None:
    """Every device of the definitions, with the edition under proof."""
    given: dict[str, dict[Verdict, str]] = {}
    for name, reading in readings.items():
        for advice in reading.advices:
            given.setdefault(advice.device.id, {}).setdefault(advice.verdict, name)
    for device in prover.checked.definitions.devices:
        if any(prover.can(one.when, item=False).answers is None for one in device.eligible):
            continue
        space = device_space(prover, device)
        _verdicts(prover, device, space, given.get(device.id, {}))
        _doors(prover, device)
        prove_signs(prover, device)
        prove_means(prover, device, space, rules_of_device(prover, device), partial(gives, prover, device))
    _twins(prover, list(readings.values()))


def rules_of_device(prover: Prover, device: Device) -> list[Condition]:
    """The conditions a verdict is read from."""
    edition = prover.checked.edition
    means, readings = edition.means, edition.typology.remainder.readings
    signs: list[Condition] = [one.when for one in device.eligible]
    signs += [one.when for one in (*device.fit, *device.asset)]
    caps = [cap.when for axis in means.axes for cap in axis.caps]
    closing = max((at for at, one in enumerate(readings) if one.closes is not None), default=-1)
    closures = [one.when for one in readings[: closing + 1] if one.when is not None]
    dormant = [one.when for one in means.practice.dormant if one.aect == device.aect]
    return [*signs, means.lead_floor.when, *caps, *closures, *dormant]


def device_space(prover: Prover, device: Device, *, findings: bool = True) -> Space:
    """The files that tell apart all that the verdict of a device is read from: what opens it is settled first.
    Without `findings`, what it reads of categories and readings is left aside."""
    edition = prover.checked.edition
    means, questionnaire = edition.means, edition.questionnaire
    practice, rule = means.practice, prover.checked.definitions.rules.living
    kin = tuple(one.id for one in questionnaire.every[practice.question].options if one.aect == device.aect)
    served = tuple(one for one, worth in device.objectives.items() if worth)
    used = [Ask(question=practice.question, in_=names) for names in (device.practised_by, kin) if names]
    wanted = [Ask(question=means.ranking.objectives_question, in_=served)] if served else []
    doors = read_by(edition, [one.when for one in device.eligible], findings=findings).asks
    first = (*(ask.question for ask in doors), practice.question)
    rules = [
        *rules_of_device(prover, device),
        *means_asks(means),
        *used,
        *wanted,
        rule.food,
        rule.going_on,
        rule.seated,
        practice.known,
    ]
    return prover.space(rules, item=True, first=first, findings=findings)


def _verdicts(prover: Prover, device: Device, space: Space, given: Mapping[Verdict, str]) -> None:
    file = prover.checked.shared(f"devices/{device.id}")
    for at, verdict in enumerate(device.verdicts_expected):
        if verdict not in given:
            message = f"Le verdict « {verdict} » est déclaré, mais aucune réponse ne le donne."
            found = prover.hunt(space, gives(prover, device, verdict))
            prover.conclude(found, file, ("verdicts_expected", at), message)
    for verdict in VERDICTS:
        if verdict in device.verdicts_expected:
            continue
        message = f"Le verdict « {verdict} » n'est pas déclaré, et des réponses le donnent"
        if verdict in given:
            prover.say(file, ("verdicts_expected",), f"{message} : voir le cas « {given[verdict]} ».")
            continue
        if _never_gives(prover, device, verdict):
            continue
        found = prover.hunt(space, gives(prover, device, verdict))
        if found.answers is not None:
            prover.say(file, ("verdicts_expected",), f"{message} : {_quoted(prover, found.answers)}.")
        elif not found.settled:
            prover.conclude(found, file, ("verdicts_expected",), f"{message}.")


def _quoted(prover: Prover, answers: Answers) -> str:
    """The first answers of a file, as an author writes them in a case."""
    questionnaire = prover.checked.edition.questionnaire
    pairs = [(name, value) for name, value in answers.items() if name != questionnaire.group.id]
    for item, given in items_of(questionnaire, answers).items():
        pairs += [(questionnaire.key(Ref(name, item)), value) for name, value in given.items()]
    told = [f"{name}: {', '.join(one) if isinstance(one, list) else _plain(one)}" for name, one in pairs]
    return " ; ".join(told[:SHOWN]) + (" ; …" if len(told) > SHOWN else "") if told else "un dossier sans réponse"


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(str(one) for name, one in value.items() if name != "name")
    return str(value)


def gives(prover: Prover, device: Device, wanted: Verdict) -> Test:
    """The file gives that verdict; a branch is left when its verdicts, at worst and at best, leave it out."""
    edition, living = prover.checked.edition, prover.checked.definitions.rules.living

    def reached(view: View) -> Truth:
        found = profile(edition.typology, view)
        facts = gather(edition.means, living, view, found)
        if weigh(facts, device).verdict == wanted:
            return True
        if found.remainder == "undecided" or any(one.truth is None for one in found.readings):
            view.findings = SureFindings(edition.typology, view)
        return _may_give(facts, device, wanted)

    return reached


def _may_give(facts: AvailableMeans, device: Device, wanted: Verdict) -> Truth:
    """None when more answers may give that verdict, False when none will."""
    if facts.unread:  # an action may come that makes this kind of device known
        facts = replace(facts, perhaps={**facts.perhaps, device.aect: facts.unread})
    weighed = weigh(facts, device)
    worst, best = (VERDICTS.index(one) for one in weighed.bounds)
    closable = any(truth is False or (truth is None and not door.to_ask) for door, truth in weighed.doors)
    if wanted == "non_ouvert" and not closable:  # a door to ask about never closes
        return False
    if wanted == "a_preparer" and not weighed.gaps:  # what is missing is counted as lacking: no gap will come
        return False
    used = weighed.practised is not False or bool(facts.unread and device.practised_by)
    if wanted == "a_verifier":
        conflict = used and any(truth is not True for _, truth in weighed.doors)
        return None if worst != best or conflict else False
    if wanted == "maintenant" and used and all(truth is not False for _, truth in weighed.doors):
        return None
    return None if best <= VERDICTS.index(wanted) <= worst else False


def _never_gives(prover: Prover, device: Device, wanted: Verdict) -> bool:
    """Is that verdict out of reach whatever the categories and the readings may be? Far fewer files tell."""
    edition, space = prover.checked.edition, device_space(prover, device, findings=False)
    living = prover.checked.definitions.rules.living

    def may(view: View) -> Truth:
        facts = gather(edition.means, living, view, profile(edition.typology, view, placed=()))
        view.findings = None
        truth = _may_give(facts, device, wanted)
        return True if truth is None and space.free(view) is None else truth

    found = prover.hunt(space, may)
    return found.settled and found.answers is None


def _doors(prover: Prover, device: Device) -> None:
    """Each sign can be true while every door is open."""
    doors = tuple(one.when for one in device.eligible)
    if not doors:
        return
    for name in ("fit", "asset", "territory"):
        for at, sign in enumerate(getattr(device, name)):
            if prover.can(sign.when, item=False).answers is not None:
                message = "Ce point ne compte jamais : le dispositif n'est pas ouvert quand il est vrai."
                found = prover.can(All(all=(*doors, sign.when)), item=False)
                prover.conclude(found, prover.checked.shared(f"devices/{device.id}"), (name, at, "when"), message)


def _twins(prover: Prover, readings: list[Reading]) -> None:
    """No two devices have the same verdict and the same points on every file."""
    devices = prover.checked.definitions.devices
    spaces = {device.id: device_space(prover, device) for device in devices}
    readings = [*readings, *_more(prover, list(spaces.values()), DRAWN - len(readings))]
    seen: dict[str, list[object]] = {device.id: [] for device in devices}
    for reading in readings:
        for advice in reading.advices:
            seen[advice.device.id].append(_compared(advice))
    for device, other in combinations(devices, 2):
        if seen[device.id] != seen[other.id]:
            continue
        file = prover.checked.shared(f"devices/{other.id}")
        message = (
            f"Rien ne distingue « {other.id} » de « {device.id} » : mêmes verdicts et mêmes points, quelles que soient "
            "les réponses."
        )
        if _weighed(device) == _weighed(other):
            prover.say(file, ("id",), message)
        elif all(
            _same(device, other, reading)
            for reading in _more(prover, [spaces[device.id], spaces[other.id]], MOST // 10)
        ):
            prover.unsettled(len(readings) + MOST // 10, file, ("id",), message)


def _more(prover: Prover, spaces: Sequence[Space], count: int) -> Iterator[Reading]:
    """That many files drawn, from each space in turn, and read."""
    lots = EvenDraws(DRAWN)
    for at in range(count):
        answers = drawn(spaces[at % len(spaces)], lots)
        yield read_file(prover.checked.edition, prover.checked.definitions, dict(answers))


def _compared(advice: Advice) -> tuple[Verdict, bool, int]:
    return advice.verdict, advice.in_place, advice.rank


def _same(one: Device, other: Device, reading: Reading) -> bool:
    first, second = (advice for advice in reading.advices if advice.device.id in {one.id, other.id})
    return _compared(first) == _compared(second)


def _weighed(device: Device) -> dict[str, object]:
    """What a verdict and points are made of, in a device."""
    names = ("aect", "demands", "catalyst", "objectives", "practised_by", "lead", "always_open")
    signs = {
        name: sorted(str(structure(sign)) for sign in getattr(device, name))
        for name in ("eligible", "fit", "asset", "territory")
    }
    return {**{name: getattr(device, name) for name in names}, **signs}
