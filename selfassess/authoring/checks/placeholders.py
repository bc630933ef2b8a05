"""Blanks of the sentences, `{name}`: those that are filled where each stands, and braces that close."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from selfassess.authoring.checks.condition_checks import Desk, Path
from selfassess.core.definition.report_texts import BLANK
from selfassess.core.definition.strict import Strict

ANY = "*"  # every key of the group
_FILLED = """
page_one.decision_alive: action; page_one.step_alive: action
devices.door: rule; devices.door_unknown: rule; devices.in_place_unknown: rule; devices.eased_unknown: rule
devices.closed_unknown: rule; devices.gap_unknown: rule; devices.useful_unknown: rule; devices.rank_unknown: rule
devices.door_help: help upper; devices.in_place_help: help upper; devices.gap_help: help upper
devices.in_place: action; devices.enough: axes; devices.enough_with: axes answers
devices.objective: answers; devices.objectives: answers; devices.never_asked: contact whether
changes.moved: moves before after; changes.moved_several: moves before after; changes.move: after question before
changes.move_missing: after question; changes.from_on: stage before after; changes.still: axes
changes.opens: after question count devices; changes.wish: answers question objectives before
changes.bars: answer question before; changes.bars_several: answers before; changes.beyond_stage: answers before
changes.beyond_stage_several: answers before; changes.question: questions; changes.question_several: questions
changes.question_more: questions; changes.question_precise: questions; changes.conflict: answers
changes.never_asked: contact
dated.stale: day body; dated.stale_short: day body; dated.call_past: text day body; dated.call_past_short: text day body
dated.call_open: text day body; dated.call_open_short: text day body
dated.programme_ending: text year body; dated.programme_ending_short: text year body
dated.programme_past: text year body; dated.programme_past_short: text year body
service.part: known question; confidence.*: why
phrases.gate_open: gate; phrases.gate_closed: gate; phrases.absent: sign; phrases.link: title
phrases.link_open: titles; phrases.no_link: action; phrases.reading: title; phrases.not_reading: title
phrases.last_reading: title; phrases.margin: points; phrases.holds: answers one
phrases.holds_remainder: answers one; phrases.settles: questions; phrases.may_settle: questions outcomes
phrases.assigned_by: answer title; phrases.ruled_out_by: answer title; phrases.reading_by: answer title
phrases.together: questions; phrases.too_many: questions; phrases.group_open: questions
phrases.link_settles: questions; phrases.provisional: names may answers; phrases.probable: why
phrases.why_margin: points; axes.gap_text: demand; practice.conflict_text: device
"""
FILLED: dict[str, list[str]] = {
    key: names.split() for key, names in re.findall(r"([a-z_]+\.[a-z_*]+): ([a-z ]+)", _FILLED)
}


def check_blanks(desk: Desk) -> None:
    """The texts of the report, the phrases of the typology, and what the means fill in."""
    file, texts = desk.shared("report"), desk.definitions.texts
    for path, text in texts_of(texts):
        # The blanks of the sentences are questions: `checks` knows them.
        known = BLANK.findall(text) if path[0] == "sentences" else _filled(*path[-2:])
        _check(desk, file, path, text, known)
    for path, text in texts_of(desk.edition.typology.phrases, ("phrases",)):
        _check(desk, desk.file("typology"), path, text, _filled(*path))
    file, means = desk.file("means"), desk.edition.means
    for at, axis in enumerate(means.axes):
        _check(desk, file, ("axes", at, "gap_text"), axis.gap_text, _filled("axes", "gap_text"))
    path = ("practice", "conflict_text")
    _check(desk, file, path, means.practice.conflict_text, _filled(*path))
    _check_plain(desk)


def _check_plain(desk: Desk) -> None:
    """Every other text of an edition and of the devices is shown as it is written: braces would be read."""
    edition = desk.edition
    parts: list[tuple[str, Any]] = [
        (desk.file(name), getattr(edition, name))
        for name in ("questionnaire", "typology", "maturity", "means", "contradictions")
    ]
    parts += [(desk.shared(f"devices/{one.id}"), one) for one in desk.definitions.devices]
    for file, part in parts:
        for path, text in texts_of(part):
            if path[0] != "phrases" and path[-1] not in {"gap_text", "conflict_text"}:  # looked at above
                _check(desk, file, path, text, [])


def _filled(group: str | int, key: str | int) -> list[str]:
    return FILLED.get(f"{group}.{key}", FILLED.get(f"{group}.{ANY}", []))


def _check(desk: Desk, file: str, path: Path, text: str, known: list[str]) -> None:
    if re.search(r"[{}]", BLANK.sub("", text)):
        desk.say(file, path, "Une accolade manque ou est de trop : ce qui se remplit s'écrit « {mot} ».")
    for name in BLANK.findall(text):
        if name not in known:
            listed = ", ".join(f"{{{one}}}" for one in known)
            rest = f" ; à cet endroit : {listed}." if known else " : écrivez-le sans accolades."
            desk.say(file, path, f"« {{{name}}} » ne se remplit pas ici{rest}", name, known)


def texts_of(part: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text of a part, less its conditions and its ids."""
    if isinstance(part, str):
        yield path, part
    elif isinstance(part, Strict):
        for name in type(part).model_fields:
            if name != "when":
                yield from texts_of(getattr(part, name), (*path, name))
    elif isinstance(part, dict):
        for name, one in part.items():
            yield from texts_of(one, (*path, name))
    elif isinstance(part, tuple):
        for at, one in enumerate(part):
            yield from texts_of(one, (*path, at))
