"""What a simulation finds, in French: what moves, from what to what, because of which rules.

Apart: words alone, of moves and rules; the command reads files and prints.
"""

from __future__ import annotations

from dataclasses import dataclass

from selfassess.authoring.simulate.rule_changes import ABSENT, ORDER, Rule
from selfassess.authoring.simulate.simulation import Key, Move, Simulation
from selfassess.core.definition.edition import Definitions, Edition

THINGS = {
    "principal": "Lecture principale", "equal": "De même force", "secondary": "Lectures secondaires",
    "leaning": "Penche vers", "provisional": "Provisoire à cause de", "confidence": "Confiance",
    "reading": "Lecture du potentiel", "mention": "Mention", "ri_case": "Situation des relations internationales",
    "ri_integration": "Place de ce service", "page_one": "Page une, option", "category": "Catégorie",
    "maturity": "Maturité", "device": "Dispositif",
}  # fmt: skip  # short pairs, side by side
NOTHING = "rien"


@dataclass(frozen=True)
class SimulationWords:
    """The words of both sides; those of the second first."""

    simulation: Simulation
    before: Definitions
    after: Definitions

    def thing(self, key: Key) -> str:
        """« Lecture principale », « Dispositif « Interreg »… »"""
        kind, name = key[0], key[1] if len(key) > 1 else ""
        if not name:
            return THINGS[kind]
        return f"{THINGS[kind]} {name if kind == 'page_one' else f'« {self._title(kind, name)} »'}"

    def move(self, move: Move) -> str:
        """« Confiance : moyenne → forte (règle 2) »"""
        before, after = (self._value(move.key, one) for one in (move.before, move.after))
        return f"{self.thing(move.key)} : {before} → {after} ({_because(move)})"

    def _value(self, key: Key, value: object) -> str:
        kind, parts = key[0], value if isinstance(value, tuple) else (value,)
        if value is None or not parts:
            return NOTHING
        if kind == "maturity":
            low, high = parts
            return str(low) if low == high else f"{low} à {high}"
        if kind == "category":
            return self.after.texts.words.category_verdicts.of(str(value))
        if kind == "device":
            verdict, in_place = parts
            return self.after.texts.words.verdicts.of("in_place" if in_place else verdict)
        if kind == "confidence":
            return str(value)
        titled = {"page_one": "device"}.get(kind, kind)
        return ", ".join(self._title(titled, str(one)) for one in parts)

    def _title(self, kind: str, name: str) -> str:
        for definitions, side in ((self.after, self.simulation.after), (self.before, self.simulation.before)):
            found = _titles(kind, definitions, side.edition).get(name)
            if found:
                return found
        return name


def _titles(kind: str, definitions: Definitions, edition: Edition) -> dict[str, str]:
    typology = edition.typology
    if kind == "device":
        return {one.id: one.short for one in definitions.devices}
    if kind == "maturity":
        return {one.id: one.title for one in edition.maturity.dimensions}
    if kind in {"reading", "mention"}:
        return {one.id: one.words.title for one in typology.remainder.readings}
    if kind in {"ri_case", "ri_integration"}:
        return {one.id: one.title for one in (*typology.ri_cases, *typology.ri_integration)}
    remainder = typology.remainder
    return {**{one.id: one.words.title for one in typology.categories}, remainder.id: remainder.words.title}


def _because(move: Move) -> str:
    if not move.rules:
        return "ensemble des changements"
    numbers = [str(at + 1) for at in move.rules]
    if move.together:
        return f"ensemble : règles {' et '.join(filter(None, (', '.join(numbers[:-1]), numbers[-1])))}"
    if len(numbers) == 1:
        return f"règle {numbers[0]}"
    return f"règles {', '.join(numbers[:-1])} ou {numbers[-1]}"


def rule_named(rule: Rule, *, full: bool = False) -> str:
    """Where it stands, « typology.yaml, categories / structuration / gate »; with `full`, what becomes of it."""
    file, *keys = rule.path
    place = f"{file}, {' / '.join(keys)}" if keys else file
    if not full:
        return place
    if rule.before is ABSENT:
        return f"{place} : ajouté"
    if rule.after is ABSENT:
        return f"{place} : retiré"
    if keys[-1] == ORDER or not all(_plain(one) for one in (rule.before, rule.after)):
        return f"{place} : changé"
    return f"{place} : {_shown(rule.before)} → {_shown(rule.after)}"


def _plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | bool)


def _shown(value: object) -> str:
    words = {None: NOTHING, True: "oui", False: "non"}
    return words[value] if value is None or isinstance(value, bool) else str(value)
