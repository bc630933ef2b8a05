"""What became of the actions that a device stands for: living, too young to be judged, led without us, past.

Read by the rules of `decision.yaml`, which hold for every edition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from selfassess.core.answers.answers import ItemView, View
from selfassess.core.definition.condition import Blank, Truth, evaluate, some
from selfassess.core.definition.decision_rules import LivingRule
from selfassess.core.definition.device import Device

Practice = Literal["living", "young", "going_on", "past", "without_us"]  # the first that holds, over all its actions
ORDER: tuple[Practice, ...] = ("living", "young", "going_on", "without_us", "past")


@dataclass(frozen=True)
class PractisedAction:
    """One action with food content that is a device in use, or was. `young`: no effect yet, nothing left;
    `going_on`: its effects are not told."""

    item: str
    practice: Practice


def actions_of(question: str, device: Device, view: View) -> Sequence[ItemView]:
    """The actions told of that are this device. `question`: the one that names the device of an action."""
    told = () if isinstance(view.actions, Blank) else view.actions
    return [one for one in told if one.value(question) in device.practised_by]


def going_on(rule: LivingRule, action: ItemView) -> Truth:
    """Is it under way, with food content, with us? A seat not told is not held against it."""
    seated = evaluate(rule.seated, action)
    on = (evaluate(rule.food, action), evaluate(rule.going_on, action))
    if seated is False or False in on:
        return False
    return None if None in on else True


def in_use(rule: LivingRule, question: str, device: Device, view: View) -> Truth:
    """V2: an action of this device, with food content, is under way and the structure sits in it."""
    return some([going_on(rule, action) for action in actions_of(question, device, view)])


def practised_actions(rule: LivingRule, question: str, device: Device, view: View) -> tuple[PractisedAction, ...]:
    """Those known to be in use or to have been, the most alive first."""
    found = []
    for action in actions_of(question, device, view):
        practice = _practice(rule, action)
        if practice is not None:
            found.append(PractisedAction(action.item, practice))
    return tuple(sorted(found, key=lambda one: ORDER.index(one.practice)))


def _practice(rule: LivingRule, action: ItemView) -> Practice | None:
    if evaluate(rule.food, action) is not True:
        return None
    if evaluate(rule.past, action):
        return "past"
    if evaluate(rule.going_on, action) is not True:
        return None
    seated = evaluate(rule.seated, action)
    if seated is not True:
        return "without_us" if seated is False else "going_on"
    effect = evaluate(rule.effect, action)
    return "living" if effect else "young" if effect is False else "going_on"
