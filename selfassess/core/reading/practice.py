"""What became of the actions that a device stands for: living, too young to be judged, led without us, past.

Read by the rules of `decision.yaml`, which hold for every edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def told_actions(view: View) -> Sequence[ItemView]:
    return () if isinstance(view.actions, Blank) else view.actions


def actions_of(question: str, device: Device, view: View) -> Sequence[ItemView]:
    """The actions told of that are this device. `question`: the one that names the device of an action."""
    return [one for one in told_actions(view) if one.value(question) in device.practised_by]


def going_on(rule: LivingRule, action: ItemView) -> Truth:
    """Is it under way, with food content, with us? A seat not told is not held against it."""
    seated = evaluate(rule.seated, action)
    on = (evaluate(rule.food, action), evaluate(rule.going_on, action))
    if seated is False or False in on:
        return False
    return None if None in on else True


def in_use(rule: LivingRule, question: str, view: View) -> dict[str, Truth]:
    """V2: by what actions are told to be, is one of them, with food content, under way with the structure in it?"""
    found: dict[str, list[Truth]] = {}
    for action in told_actions(view):
        found.setdefault(str(action.value(question)), []).append(going_on(rule, action))
    return {name: some(truths) for name, truths in found.items()}


def practised_actions(
    rule: LivingRule, question: str, devices: Iterable[Device], view: View
) -> dict[str, tuple[PractisedAction, ...]]:
    """By device, its actions known to be in use or to have been, the most alive first; no device without one."""
    read = [(action.value(question), action.item, _practice(rule, action)) for action in told_actions(view)]
    known = [(name, PractisedAction(item, practice)) for name, item, practice in read if practice is not None]
    known.sort(key=lambda one: ORDER.index(one[1].practice))
    found = {
        device.id: tuple(action for name, action in known if name in device.practised_by)
        for device in (devices if known else ())
    }
    return {name: actions for name, actions in found.items() if actions}


def living_items(rule: LivingRule, view: View) -> tuple[str, ...]:
    """The actions that are alive, whatever they are."""
    return tuple(action.item for action in told_actions(view) if _practice(rule, action) == "living")


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
