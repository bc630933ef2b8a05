"""Words the engine looks up by key: each key it uses is there, and none stands there for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from selfassess.authoring.checks.condition_checks import Desk, Path
from selfassess.core.definition.device import Device
from selfassess.core.definition.verdicts import VERDICTS, CategoryVerdict, Confidence, Horizon, Within

_USED = """
words.places: start alive next prepare verify leave
page_one: lead undecided nothing not_do estimate estimate_stale empty_start empty_prepare empty_leave decision_alive
 step_alive decision_none
devices: ours estimate door door_unknown door_help in_place in_place_unknown in_place_help eased eased_unknown
 closed_unknown gap_unknown gap_help enough enough_with nothing objective objectives useful_unknown rank_unknown
 never_asked
changes: moved moved_several move move_missing from_on still opens wish bars bars_several beyond_stage
 beyond_stage_several question question_several question_more question_precise conflict never_asked
dated: somebody stale stale_short call_past call_past_short call_open call_open_short programme_ending
 programme_ending_short programme_past programme_past_short
service: title_none title_part none part harmless
"""
USED: dict[tuple[str, ...], tuple[str, ...]] = {
    tuple(name.split(".")): tuple(keys.split())
    for name, _, keys in (one.partition(":") for one in _USED.strip().replace("\n ", " ").splitlines())
} | {
    ("words", "confidence"): get_args(Confidence),
    ("words", "verdicts"): (*VERDICTS, "in_place"),
    ("words", "category_verdicts"): get_args(CategoryVerdict),
    ("words", "horizons"): get_args(Horizon),
    ("words", "within"): get_args(Within),
    ("words", "food"): get_args(Device.model_fields["food"].annotation),
    ("words", "scope"): get_args(Device.model_fields["scope"].annotation),
}


def check_words(desk: Desk) -> None:
    """The texts of the report that have a key."""
    for path, message, word, known in _words(desk):
        desk.say(desk.shared("report"), path, message, word, known)


def _words(desk: Desk) -> Iterator[tuple[Path, str, str, tuple[str, ...]]]:
    for path, used in USED.items():
        held = desk.definitions.texts
        for name in path:
            held = getattr(held, name)
        texts: Mapping[str, str] = held
        for key in used:
            if key not in texts:
                yield path, f"Il manque le texte « {key} ».", "", ()
        for key in texts:
            if key not in used:
                yield (*path, key), f"Rien n'emploie le texte « {key} ».", key, used
