"""Rules removed, to see what they hold: in the definitions (as an invariant says), or in the engine's own text."""

from __future__ import annotations

import inspect
import sys
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from selfassess.authoring.explore.invariants import Altered
from selfassess.content.reader import Document, read_document, validate
from selfassess.core.definition.device import Device
from selfassess.core.definition.edition import Definitions, Edition
from tests.definitions import PARTS, QUESTIONS, SLUG, definitions, edition

# By rule of the engine (`broken_by` names it): the function that holds it, its text there and what stands once gone.
ENGINE: dict[str, tuple[str, str, str]] = {
    "every_door_open": ("reading.recommendation._judge",
        "if not all(holds(truth) for truth in doors):", "if False:"),
    "gaps_put_off": ("reading.recommendation._judge",
        '("a_preparer" if sum(sizes) else "maintenant")', '"maintenant"'),
    "only_what_serves": ("reading.recommendation._judge",
        "if not useful(facts.means, serves, hopeful=hopeful):", "if False:"),
    "gaps_are_reasons": ("reading.recommendation.reasons",
        "told.extend(_gaps(facts, device, found))", "pass"),
    "closed_in_use_is_checked": ("reading.recommendation.weigh",
        "if closed_in_use:", "if False:"),
    "something_starts": ("reading.recommendation.page_one",
        "chosen = [one for one in now if not one.device.always_open] or now",
                           "chosen = [one for one in now if not one.device.always_open]"),
    "nothing_is_a_choice": ("report.compose._page_one",
        'nothing=texts.nothing', 'nothing="" if first else texts.nothing'),
    "places_differ": ("reading.recommendation.page_one",
        "if one is not start and (start is None or _unlike(one, start))", ""),
    "start_is_possible_now": ("reading.recommendation.page_one",
        'now = [one for one in advices if one.verdict == "maintenant"]', "now = advices"),
    "preparation_can_come": ("reading.recommendation.page_one",
        'one.verdict in {"a_preparer", "a_verifier"} or one in slower', "True"),
    "not_now_is_left": ("reading.recommendation.page_one",
        'if one.verdict == "pas_maintenant"', "if True"),
    "always_open_gives_way": ("reading.recommendation.page_one",
        "[one for one in now if not one.device.always_open] or now", "now"),
    "unknown_signs_are_missing": ("reading.profile.missing_of",
        "if sign.truth is None", "if False"),
    "provisional_is_not_sure": ("reading.profile._confidence",
        " and not found.provisional_by", ""),
    "potential_needs_no_link": ("reading.profile.profile",
        '"ruled_out" if order else', '"assigned" if order else'),
    "unanswered_is_undecided": ("reading.profile.place",
        '"undecided", 0, typology.reach, None', '"ruled_out", 0, 0, None'),
    "best_action_counts": ("reading.profile.place",
        "low = max((one.low for one in sure), default=0)",
                                      "low = sure[0].low if sure else 0"),
    "actions_never_subtract": ("reading.profile.place",
        "low = max((one.low for one in sure), default=0)",
                                  "low = min((one.low for one in sure), default=0)"),
}  # fmt: skip


@cache
def _document(name: str) -> Document:
    return read_document(QUESTIONS / SLUG / name, QUESTIONS)


def altered(rules: tuple[Altered, ...]) -> tuple[Definitions, Edition]:
    """The definitions without these rules, read again as they are from disk (not checked: they may be wrong)."""
    changed: dict[str, Document] = {}
    for rule in rules:
        document = changed.setdefault(rule.file, deepcopy(_document(rule.file)))
        *way, last = rule.at
        held: Any = document.data
        for step in way:
            held = held[step]
        assert last in held if isinstance(held, dict) else int(last) < len(held), f"{rule.file}: nothing at {rule.at}"
        if rule.to is None:
            del held[last]
        else:
            held[last] = rule.to
    found, parts = definitions(), {name: getattr(edition(), name) for name in PARTS}
    for name, document in changed.items():
        part = name.rpartition("/")[2].removesuffix(".yaml")
        model = validate(document, PARTS.get(part, Device))
        assert not document.problems, document.problems
        if part in PARTS:
            parts[part] = model
        else:
            devices = tuple(model if one.id == model.id else one for one in found.devices)
            found = replace(found, devices=devices)
    return found, Edition(**parts)


def rewritten(patch: pytest.MonkeyPatch, function: str, rule: str, instead: str) -> None:
    """The engine with the text `rule` of a function (`module.name`) replaced, wherever that function is used."""
    module_name, _, name = function.rpartition(".")
    module = sys.modules[f"selfassess.core.{module_name}"]
    original = getattr(module, name)
    source = inspect.getsource(original)
    assert source.count(rule) == 1, f"{function} no longer says {rule!r} once"
    scope = dict(vars(module))
    exec(compile(source.replace(rule, instead), inspect.getfile(original), "exec"), scope)  # noqa: S102
    for other in [one for key, one in sys.modules.items() if key.startswith("selfassess.core")]:
        for key, value in list(vars(other).items()):
            if value is original:
                patch.setattr(other, key, scope[name])
