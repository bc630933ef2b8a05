"""What speaks for something never lowers it: signs of categories, signs of devices.

Two files that differ by one answer are searched: the second says more for it, and gets less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import permutations

from selfassess.authoring.proofs.prover import Prover, SureFindings, on_first
from selfassess.authoring.proofs.search import (
    Outcome,
    Space,
    read_by,
    rules_of,
)
from selfassess.core.answers.answers import View
from selfassess.core.answers.items import Answers
from selfassess.core.definition.condition import (
    All,
    Condition,
    Ref,
    Truth,
    evaluate,
    every,
    questions_of,
)
from selfassess.core.definition.device import Device
from selfassess.core.definition.questionnaire import Questionnaire
from selfassess.core.definition.strict import KeyPath
from selfassess.core.definition.typology import COUNTER, Category, Typology
from selfassess.core.reading.profile import stand

Pair = Callable[[View, View], Truth]


def prove_favourable(prover: Prover) -> None:
    """No answer that makes a favourable sign true takes points from its category."""
    for at, category in enumerate(prover.checked.edition.typology.categories):
        _category(prover, at, category)


def changes(prover: Prover, space: Space, question: str, test: Pair) -> Iterator[tuple[object, object, Outcome]]:
    """Each change of that answer, with a file on which it does what is tested."""
    for before, after, pair in changed_files(space, prover.checked.edition.questionnaire, question):

        def both(view: View, pair: Space = pair) -> Truth:
            return test(view, pair.other(view))

        yield before, after, prover.hunt(pair, both)


def changed_files(space: Space, questionnaire: Questionnaire, question: str) -> Iterator[tuple[object, object, Space]]:
    """The answer before, the answer after, the files where that is the only change."""
    ref = Ref(question, "0" if question in questionnaire.items else None)
    start: Answers = {} if ref.item is None else {questionnaire.group.id: [{}]}
    for before, after in permutations(space.choices[question], 2):
        yield before, after, replace(space, given=space.give(start, ref, before), instead=(ref, after))


def _category(prover: Prover, at: int, category: Category) -> None:
    against = [category.gate, *(one.when for one in category.evidence if one.facet == COUNTER)]
    lowering = reads(prover, *against)
    for sign_at, sign in enumerate(category.evidence):
        counts = All(all=(category.gate, sign.when))
        if sign.facet == COUNTER or prover.can(counts, item=True).answers is None:
            continue
        path: KeyPath = ("categories", at, "evidence", sign_at, "when")
        for question in sorted(_named(prover, sign.when) & lowering):
            first = tuple(sorted(reads(prover, *_shown(prover, question))))
            space = replace(prover.space(rules_of(category), item=True, first=first), items=1)  # points: on one item
            for before, after, found in changes(prover, space, question, _loses(prover, category, sign.when, question)):
                message = (
                    f"L'indice « {sign.id} » est favorable, et retire pourtant des points à « {category.id} » : "
                    f"répondre « {said(after)} » à « {question} », au lieu de « {said(before)} », en fait perdre."
                )
                if found.answers is not None or not found.settled:
                    accuse(prover, found, prover.checked.file("typology"), path, message)
                    break


def said(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _named(prover: Prover, condition: Condition) -> frozenset[str]:
    """The questions of this condition, not those that only decide whether they are asked."""
    return questions_of([condition], prover.checked.edition.typology.conditions)


def reads(prover: Prover, *conditions: Condition) -> set[str]:
    """The questions conditions rest on."""
    return {ask.question for ask in read_by(prover.checked.edition, conditions).asks}


def _shown(prover: Prover, question: str) -> list[Condition]:
    when = prover.checked.edition.questionnaire.every[question].asked_when
    return [] if when is None else [when]


def _loses(prover: Prover, category: Category, sign: Condition, question: str) -> Pair:
    """The sign becomes true, no other favourable sign is lost, and there are fewer points. Rules that do not read
    the question are the same before and after."""
    typology = prover.checked.edition.typology

    def moved(conditions: Iterable[Condition]) -> list[Condition]:
        return [one for one in conditions if question in reads(prover, one)]

    good = moved(one.when for one in category.evidence if one.facet != COUNTER)
    bad = moved(one.when for one in category.evidence if one.facet == COUNTER)
    gate = moved([category.gate])

    def lost(before: View, after: View) -> Truth:
        becomes = every([_not(on_first(sign, before)), on_first(sign, after)])
        if becomes is not True:
            return becomes
        kept = every([_implies(on_first(one, before), on_first(one, after)) for one in good])
        harmless = [_implies(on_first(one, after), on_first(one, before)) for one in bad]
        harmless += [_implies(on_first(one, before), on_first(one, after)) for one in gate]
        if kept is False or every(harmless):
            return False
        low_before, high_before = _worth(typology, category, before)
        low_after, high_after = _worth(typology, category, after)
        fewer = True if high_after < low_before else False if low_after >= high_before else None
        return every([kept, fewer])

    return lost


def _worth(typology: Typology, category: Category, view: View) -> tuple[int, int]:
    """Points of the category on the first item, at worst and at best; none behind a closed gate."""
    if not isinstance(view.actions, tuple) or not view.actions:
        return 0, 0
    standing = stand(typology, view.actions[0], category)
    return (standing.low if standing.gate else 0), (0 if standing.gate is False else standing.high)


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _implies(before: Truth, after: Truth) -> Truth:
    return True if before is False or after is True else None if None in (before, after) else False


def prove_signs(prover: Prover, device: Device) -> None:
    """No sign that adds points to a device closes one of its doors."""
    doors = tuple(one.when for one in device.eligible)
    guarded = reads(prover, *doors)
    for name in ("fit", "asset", "territory"):
        for at, sign in enumerate(getattr(device, name)):
            shared = _named(prover, sign.when) & guarded if sign.points > 0 else ()
            if shared and prover.can(All(all=(*doors, sign.when)), item=False).answers is not None:
                for question in sorted(shared):
                    _no_door_closed(prover, device, (name, at, "when"), sign.when, question)


def _no_door_closed(prover: Prover, device: Device, path: KeyPath, sign: Condition, question: str) -> None:
    doors = tuple(one.when for one in device.eligible)
    space = prover.space([*doors, sign])
    for before, after, found in changes(prover, space, question, _closes(prover, doors, sign)):
        if found.answers is not None or not found.settled:
            message = (
                f"Ce point favorable ferme une porte : répondre « {said(after)} » à « {question} », au lieu de "
                f"« {said(before)} », rend le dispositif inaccessible."
            )
            accuse(prover, found, prover.checked.shared(f"devices/{device.id}"), path, message)
            return


def _closes(prover: Prover, doors: tuple[Condition, ...], sign: Condition) -> Pair:
    typology = prover.checked.edition.typology

    def closed(before: View, after: View) -> Truth:
        for view in (before, after):
            view.findings = SureFindings(typology, view)
        stay = every([evaluate(one, after) for one in doors])
        opened = every([evaluate(one, before) for one in doors])
        return every([_not(evaluate(sign, before)), evaluate(sign, after), opened, _not(stay)])

    return closed


def accuse(prover: Prover, found: Outcome, file: str, path: KeyPath, message: str) -> None:
    """What was found is the fault here."""
    prover.conclude(Outcome(None, found.answers is not None, found.tried), file, path, message)
