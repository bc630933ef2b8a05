"""Rules removed, to see what they hold: in the definitions (as an invariant says), or in the engine's own text."""

from __future__ import annotations

import inspect
import re
import sys
from copy import deepcopy
from dataclasses import replace
from functools import cache, cached_property, reduce
from textwrap import dedent
from typing import Any

import pytest

from selfassess.authoring.explore.invariants import Altered
from selfassess.content.reader import Document, read_document, validate
from selfassess.core.definition.decision_rules import DecisionRules
from selfassess.core.definition.device import Device
from selfassess.core.definition.edition import Definitions, Edition
from tests.definitions import PARTS, QUESTIONS, SLUG, definitions, edition

# By rule of the engine (`broken_by` names it): the function that holds it (`module.name` or
# `module.Class.name`), its text there and what stands once gone.
ENGINE: dict[str, tuple[str, str, str]] = {
    "every_door_open": ("reading.recommendation._judge",
        "if False in doors or (None in doors and not hopeful):", "if False:"),
    "gaps_put_off": ("reading.recommendation._judge",
        '("a_preparer" if sum(sizes) else "maintenant")', '"maintenant"'),
    "only_what_serves": ("reading.recommendation._judge",
        "if not useful(facts.means, serves, hopeful=hopeful):", "if False:"),
    "gaps_are_reasons": ("reading.recommendation.reasons",
        "told.extend(_gaps(facts, device, found))", "pass"),
    "closed_in_use_is_checked": ("reading.recommendation.weigh",
        "if closed_in_use:", "if False:"),
    "start_is_possible_now": ("reading.decision.Chooser.new",
        'if one.verdict == "maintenant"]', "]"),
    "doors_before_ranks": ("reading.decision.Chooser.new",
        "[*others, *expected, *opened]", "now"),
    "always_open_gives_way": ("reading.decision.Chooser.new",
        "[*others, *expected, *opened]", "opened"),
    "something_starts": ("reading.decision.Chooser.new",
        ", *opened]", "]"),
    "too_early_is_quiet": ("reading.decision.Chooser.new",
        "if not (self.quiet and one.device.application)", ""),
    "over_is_no_option": ("reading.decision.Chooser.to_prepare",
        'and self.entries[one.device.id].kind != "over"', ""),
    "preparation_can_come": ("reading.decision.Chooser.to_prepare",
        'and one.verdict in {"maintenant", "a_preparer", "a_verifier"}', ""),
    "places_differ": ("reading.decision.Chooser.to_prepare",
        "if one.device.id != taken", "if True"),
    "not_now_is_left": ("reading.decision.Chooser.tempting",
        'if one.verdict == "pas_maintenant"', "if True"),
    "better_is_told": ("reading.decision.Chooser.unsaid",
        "better = advice.rank > start.advice.rank", "better = False"),
    "known_is_not_new": ("reading.decision.Chooser.candidates",
        "one.device.id not in self.practices and", ""),
    "only_the_living_is_kept_alive": ("reading.decision.Chooser.living",
        'if action.practice == "living"', ""),
    "carrying_before_rank": ("reading.decision.Chooser.living",
        "pair[1].item not in carrying, ", ""),
    "living_before_new": ("reading.decision.Chooser.decision",
        "self.living() or", ""),
    "nothing_first_is_nothing": ("reading.decision.Chooser.decision",
        "(None if nothing_first else self.new())", "self.new()"),
    "silence_is_silent": ("reading.decision.Chooser.decision",
        "start = None if silent_for else", "start ="),
    "excess_is_told": ("reading.decision.Chooser.option",
        "living, self.beyond(advice), full", "living, (), full"),
    "agenda_follows_the_start": ("reading.decision._agenda",
        '"start" if start is not None else', ""),
    "agenda_needs_an_option": ("reading.decision._agenda",
        'if prepare is not None else "objective"', ""),
    "nothing_is_a_choice": ("report.page_one.page_one",
        'nothing=texts.nothing', 'nothing=""'),
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
        model = validate(document, {**PARTS, "decision": DecisionRules}.get(part, Device))
        assert not document.problems, document.problems
        if part in PARTS:
            parts[part] = model
        elif part == "decision":
            found = replace(found, rules=model)
        else:
            devices = tuple(model if one.id == model.id else one for one in found.devices)
            found = replace(found, devices=devices)
    return found, Edition(**parts)


def rewritten(patch: pytest.MonkeyPatch, function: str, rule: str, instead: str) -> None:
    """The engine with the text `rule` of a function (`module.name`) replaced, wherever that function is used."""
    module_name, name = re.fullmatch(r"([a-z_.]+)\.(\w+(?:\.\w+)?)", function).groups()
    module = sys.modules[f"selfassess.core.{module_name}"]
    original = reduce(lambda held, part: vars(held)[part], name.split("."), module)
    plain = getattr(original, "func", original)  # of a cached property
    source = dedent(inspect.getsource(plain))
    assert source.count(rule) == 1, f"{function} no longer says {rule!r} once"
    scope = dict(vars(module))
    exec(compile(source.replace(rule, instead), inspect.getfile(plain), "exec"), scope)  # noqa: S102
    if "." in name:
        of, method = name.split(".")
        made = scope[method]
        if isinstance(made, cached_property):
            made.__set_name__(getattr(module, of), method)
        patch.setattr(getattr(module, of), method, made)
        return
    for other in [one for key, one in sys.modules.items() if key.startswith("selfassess.core")]:
        for key, value in list(vars(other).items()):
            if value is original:
                patch.setattr(other, key, scope[name])
