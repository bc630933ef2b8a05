"""`questions simulate`: which files a change of rules would move, from what to what, because of which rule.

A file is named by its reference, or by the name of its JSON file: what it answered, and whose it is, is never written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from selfassess.authoring.simulate.rule_changes import Side
from selfassess.authoring.simulate.simulation import Move, Simulation, left_aside
from selfassess.content.catalogue import load
from selfassess.content.reader import FaultyError
from selfassess.core.definition.edition import Definitions, Edition
from selfassess.store.exporting import declared, every_sent
from selfassess.web.commands.evaluate_command import LARGEST, InputRefused, received
from selfassess.web.commands.groups import questions, stop
from selfassess.web.commands.simulation_words import SimulationWords, rule_named
from selfassess.web.definitions import library
from selfassess.web.french import french, several, today

Given = tuple[str, str, Mapping[str, object]]  # name, edition, answers


@dataclass(frozen=True)
class ChosenDefinitions:
    """Definitions, and the edition to read with; None: the one each file was made on."""

    definitions: Definitions
    edition: str | None
    name: str

    def side(self, edition: str) -> Side | None:
        found = self.definitions.editions.get(self.edition or edition)
        return Side(found, self.definitions) if found else None


@dataclass
class Tally:
    """Counts, all that is kept of the files."""

    read: int = 0
    moved: int = 0
    faults: int = 0
    keys: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)


@questions.command("simulate")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--before",
    metavar="ÉDITION|DOSSIER",
    help="Avant : une édition, ou un autre dossier questions/. Sans cela, l'édition de chaque dossier.",
)
@click.option(
    "--after",
    metavar="ÉDITION|DOSSIER",
    help="Après. Sans cela, le dernier brouillon d'édition ; avec un dossier avant, les définitions de ce site.",
)
@click.option("--json", "as_json", is_flag=True, help="Une ligne de JSON par dossier qui change.")
def simulate(folder: Path | None, before: str | None, after: str | None, as_json: bool) -> None:
    """Dit quels dossiers un changement de règles ferait changer, de quoi à quoi, et à cause de quelle règle.

    Lit les fichiers JSON de FOLDER (la forme d'« evaluate ») ; sans FOLDER, les dossiers envoyés aux réseaux. Le moteur
    est celui de ce site des deux côtés. Un fichier fautif est dit, les autres sont lus quand même ; la commande rend
    alors 2.
    """
    one, other = _choices(before, after)
    files = _in(folder, one) if folder else _sent()
    simulations: dict[str, Simulation | None] = {}
    tally = Tally()
    for name, edition, answers in _each(files, tally):
        if edition not in simulations:
            simulations[edition] = _simulation(one, other, edition)
            if simulations[edition] is not None and not as_json:
                _say_rules(one, other, edition, simulations[edition])
        found = simulations[edition]
        if found is None:
            _fault(tally, f"{name} : l'édition « {edition} » n'est pas des deux côtés.")
            continue
        _read(name, found, answers, SimulationWords(found, one.definitions, other.definitions), tally, as_json)
    if not as_json:
        _say_counts(tally)
    if tally.faults:
        raise SystemExit(2)


def _choices(before: str | None, after: str | None) -> tuple[ChosenDefinitions, ChosenDefinitions]:
    faults: list[str] = []
    here = ChosenDefinitions(library().definitions, None, "l'édition de chaque dossier, sur ce site")
    one = _choice(before, faults) if before else here
    other = _choice(after, faults) if after else here if before and Path(before).is_dir() else _newest(faults)
    if faults or one is None or other is None:
        stop(faults)
    return one, other


def _choice(said: str, faults: list[str]) -> ChosenDefinitions | None:
    definitions = library().definitions
    if said in definitions.editions:
        return ChosenDefinitions(definitions, said, _named(definitions.editions[said]))
    if not Path(said).is_dir():
        known = ", ".join(definitions.editions)
        faults.append(f"« {said} » n'est ni une édition (connues : {known}), ni un dossier de définitions.")
        return None
    try:
        return ChosenDefinitions(load(Path(said), definitions.slug), None, f"l'édition de chaque dossier, dans {said}")
    except FaultyError as error:
        faults.extend(f"{said}/{problem}" for problem in error.problems)
    except OSError as error:
        faults.append(f"{said} : {error.strerror}")
    return None


def _newest(faults: list[str]) -> ChosenDefinitions | None:
    definitions = library().definitions
    last = list(definitions.editions.values())[-1]
    if last.questionnaire.published:
        faults.append("Il n'y a pas de brouillon d'édition : dites quoi comparer, avec --before ou --after.")
        return None
    return ChosenDefinitions(definitions, last.id, _named(last))


def _named(edition: Edition) -> str:
    return f"l'édition {edition.id} ({'publiée' if edition.questionnaire.published else 'brouillon'})"


def _in(folder: Path, choice: ChosenDefinitions) -> Iterator[Given | InputRefused]:
    """The JSON files of a folder, read one at a time."""
    known = replace(library(), definitions=choice.definitions)
    for path in sorted(folder.glob("*.json")):
        try:
            with path.open("rb") as file:
                edition, answers, _ = received(known, file.read(LARGEST + 1), today())
        except InputRefused as error:
            yield InputRefused([f"{path.name} : {one}" for one in error.faults])
        except OSError as error:
            yield InputRefused([f"{path.name} : {error.strerror}"])
        else:
            yield path.stem, edition.id, answers


def _sent() -> Iterator[Given | InputRefused]:
    yield from declared(every_sent())


def _each(files: Iterator[Given | InputRefused], tally: Tally) -> Iterator[Given]:
    for file in files:
        if isinstance(file, InputRefused):
            for told in file.faults:
                _fault(tally, told)
        else:
            yield file


def _fault(tally: Tally, told: str) -> None:
    tally.faults += 1
    click.echo(french(told), err=True)


def _simulation(one: ChosenDefinitions, other: ChosenDefinitions, edition: str) -> Simulation | None:
    before, after = one.side(edition), other.side(edition)
    return Simulation(before, after) if before and after else None


def _read(
    name: str, simulation: Simulation, answers: Mapping[str, object], told: SimulationWords, tally: Tally, as_json: bool
) -> None:
    moves = simulation.moves(answers)
    tally.read += 1
    tally.moved += bool(moves)
    tally.keys.update(told.thing(one.key) for one in moves)
    named = (rule_named(simulation.rules[at]) for one in moves for at in one.rules)
    tally.rules.update([*dict.fromkeys(named)])  # each once, in the order met: what is equal is told so
    if not moves:
        return
    aside = left_aside(simulation.after, answers)
    if as_json:
        _write_json(name, simulation, moves, aside)
        return
    click.echo(f"\n{name}")
    for one in moves:
        click.echo(french(f"  {told.move(one)}"))
    if aside:
        click.echo(french(f"  Réponses mises de côté : {', '.join(aside)}"))


def _write_json(name: str, simulation: Simulation, moves: tuple[Move, ...], aside: tuple[str, ...]) -> None:
    told = [
        {
            "what": ".".join(move.key),
            "before": move.before,
            "after": move.after,
            "rules": [rule_named(simulation.rules[at]) for at in move.rules],
            "alone": not move.together,
        }
        for move in moves
    ]
    editions = {"before": simulation.before.edition.id, "after": simulation.after.edition.id}
    click.echo(json.dumps({"file": name, **editions, "moves": told, "left_aside": aside}, ensure_ascii=False))


def _say_rules(one: ChosenDefinitions, other: ChosenDefinitions, edition: str, simulation: Simulation | None) -> None:
    rules = simulation.rules if simulation else ()
    click.echo(french(f"Dossiers de l'édition {edition}. Avant : {one.name}. Après : {other.name}."))
    click.echo(f"{several(len(rules), 'règle change', 'règles changent')}.")
    for at, rule in enumerate(rules, 1):
        click.echo(french(f"  {at}. {rule_named(rule, full=True)}"))


def _say_counts(tally: Tally) -> None:
    click.echo(f"\n{several(tally.read, 'dossier lu', 'dossiers lus')}, {several(tally.moved, 'change', 'changent')}.")
    if tally.faults:
        click.echo(f"{several(tally.faults, 'défaut', 'défauts')}, dits sur la sortie d’erreur.")
    for heading, counts in (("Ce qui change", tally.keys), ("À cause de", tally.rules)):
        if counts:
            click.echo(french(f"{heading} :"))
            for words, count in counts.most_common():
                click.echo(french(f"  {words} : {several(count, 'dossier')}"))
