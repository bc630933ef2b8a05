"""`questions explore`: every pair of answers, then files by the thousand, each read and checked against invariants."""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import click

from selfassess.authoring.explore.invariant_checker import InvariantChecker
from selfassess.authoring.explore.invariants import Invariants
from selfassess.authoring.explore.plausible import Plausible
from selfassess.authoring.explore.random_files import Generator
from selfassess.authoring.explore.tally import (
    NOBODY,
    PAIRS,
    PLAUSIBLE,
    UNIFORM,
    Explorer,
    Tally,
)
from selfassess.content.exploring import load_exploring
from selfassess.content.reader import FaultyError
from selfassess.core.definition.edition import ENGINE, Definitions, Edition, meaning_digest
from selfassess.core.definition.structure import digest
from selfassess.core.reading.decision import PLACES
from selfassess.web.commands.exploration_run import (
    CHUNK,
    OtherDefinitions,
    Run,
    State,
    StateUnreadable,
    StateUnwritten,
    chance,
)
from selfassess.web.commands.groups import questions, stop
from selfassess.web.definitions import library
from selfassess.web.french import french

MILLION = 1_000_000
TOLD_EVERY = 10.0  # seconds
HALF = 0.5
SHOWN = ("maintenant", "en_place", "a_preparer", "a_verifier", "pas_maintenant", "non_ouvert")


@questions.command("explore")
@click.option("--files", type=click.IntRange(min=2), default=MILLION, show_default=True, metavar="N")
@click.option("--edition", "name", metavar="ÉDITION", help="L'édition qui les lit ; sans cela, celle en vigueur.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Processus ; un par cœur.")
@click.option(
    "--state",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Où garder l'état, pour reprendre après un arrêt.",
)
@click.option(
    "--chunk",
    type=click.IntRange(min=1),
    default=CHUNK,
    show_default=True,
    metavar="N",
    help="Dossiers que lit un processus entre deux états gardés.",
)
def explore(files: int, name: str | None, seed: int, jobs: int, path: Path | None, chunk: int) -> None:
    """Lit des dossiers par milliers, uniformes et plausibles, et vérifie les invariants sur chacun.

    Le dossier n° k d'une graine est toujours le même. Interrompue (Ctrl-C, arrêt de la machine), la même commande
    reprend où elle en était si --state est donné.
    """
    definitions = library().definitions
    edition = definitions.editions.get(name) if name else definitions.current
    if edition is None:
        stop([f"L'édition « {name} » n'existe pas : {', '.join(definitions.editions)}."])
    try:
        model, invariants = load_exploring(library().root, definitions, edition)
    except FaultyError as error:
        stop(error.problems)
    checker = InvariantChecker(definitions, edition, invariants.invariants)
    explorer = Explorer(Generator(definitions, edition, model), checker, seed, chance)
    run = Run(explorer, files, jobs, path, _Progress(), chunk)
    state = _go(run, _key(run, model, invariants))
    for line in lines(definitions, edition, invariants, state):
        click.echo(french(line))
    never = never_advised(definitions, state.tally)
    if state.tally.breaks or never:
        raise SystemExit(2)


def _key(run: Run, *parts: Plausible | Invariants) -> str:
    """What a state belongs to: it can only go on with the same."""
    generator = run.explorer.generator
    files = generator.definitions.files_of(generator.edition.id)
    return digest(files, meaning_digest(*parts), ENGINE, generator.edition.id, run.files, run.explorer.seed, run.chunk)


def _go(run: Run, key: str) -> State:
    where = f"« {run.path} »"
    try:
        return run.go(State.load(run.path, key))
    except OtherDefinitions:
        stop(
            [
                f"L'état {where} vient d'autres définitions, d'une autre graine ou d'un autre nombre de dossiers. "
                "Donnez un autre fichier, ou supprimez celui-ci."
            ]
        )
    except StateUnreadable:
        stop([f"L'état {where} n'est pas lisible. Donnez un autre fichier, ou supprimez celui-ci."])
    except StateUnwritten as error:
        stop([unwritten(where, error)])
    except BrokenProcessPool:
        stop(["Un processus s'est arrêté avant la fin. " + _again(run.path)])
    except KeyboardInterrupt:
        stop(["Arrêté. " + _again(run.path)])


def unwritten(where: str, error: StateUnwritten) -> str:
    full = error.args[1] in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
    why = "il n'y a plus de place sur le disque" if full else error.args[0]
    return f"L'état {where} n'a pas pu être écrit : {why}. Faites de la place, puis relancez la même commande."


def _again(path: Path | None) -> str:
    if path is None:
        return "Rien n'est gardé : donnez --state la prochaine fois pour pouvoir reprendre."
    return "Relancez la même commande pour reprendre."


class _Progress:
    """On the error output: rewritten in place on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self.last = 0.0

    def __call__(self, done: int, total: int, each: float) -> None:
        now, terminal = time.monotonic(), sys.stderr.isatty()
        if now - self.last < (1 if terminal else TOLD_EVERY) and done < total:
            return
        self.last = now
        left = round((total - done) * each)
        rate = f"{round(1 / each)} par seconde" if each else "…"
        told = french(f"{_thousands(done)} dossiers sur {_thousands(total)}, {rate}, reste {_duration(left)}")
        click.echo(f"\r\x1b[K{told}" if terminal else told, err=True, nl=not terminal or done == total)


def _duration(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes:02}" if hours else f"{minutes} min {seconds % 60:02} s"


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", " ")


def lines(definitions: Definitions, edition: Edition, invariants: Invariants, state: State) -> Iterator[str]:
    """All that is told at the end: what was broken first, then what was seen."""
    tally = state.tally
    held, impossible, pairs = state.pairs or (0, 0, 0)
    made = {kind: tally.counts.get(kind, Counter())["files"] for kind in (PAIRS, UNIFORM, PLAUSIBLE)}
    left = f", {pairs - held - impossible} sans dossier" if held + impossible < pairs else ""
    yield (
        f"Paires de réponses : {_thousands(pairs)} ; {_thousands(held)} ensemble dans au moins un dossier "
        f"({_thousands(made[PAIRS])} dossiers), {_thousands(impossible)} impossibles ensemble{left}."
    )
    yield f"Dossiers : {_thousands(made[UNIFORM])} uniformes, {_thousands(made[PLAUSIBLE])} plausibles."
    yield from _broken(invariants, edition, definitions, tally)
    yield from _categories(edition, tally)
    yield from _devices(definitions, tally)
    yield from _always_first(definitions, edition, tally)
    yield from never_advised(definitions, tally)


def _broken(invariants: Invariants, edition: Edition, definitions: Definitions, tally: Tally) -> Iterator[str]:
    yield f"Invariants : {len(invariants.invariants)} vérifiés, {len(tally.breaks)} enfreint(s)."
    for invariant in invariants.invariants:
        if not tally.breaks[invariant.id]:
            continue
        yield f"ENFREINT, {_thousands(tally.breaks[invariant.id])} dossiers : {invariant.text} ({invariant.id})"
        for example in (kept for kept in tally.examples if kept["invariant"] == invariant.id):
            about = f", {example['about']}" if example["about"] else ""
            yield f"  dossier {example['kind']} n° {example['number']}, graine {example['seed']}{about} :"
            file = {"questionnaire": definitions.slug, "edition": edition.id, "answers": example["answers"]}
            yield f"  {json.dumps(file, ensure_ascii=False)}"


def _shares(tally: Tally, key: str) -> str:
    """The share of uniform, then of plausible files."""
    found = [tally.counts.get(kind, Counter()) for kind in (UNIFORM, PLAUSIBLE)]
    return " ".join(f"{_percent(one[key], one['files']):>10}" for one in found)


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.2f} %".replace(".", ",") if total else "–"


def _categories(edition: Edition, tally: Tally) -> Iterator[str]:
    typology = edition.typology
    titles = {one.id: one.words.title for one in [*typology.categories]}
    titles[typology.remainder.id] = typology.remainder.words.title
    yield f"\n{'Lecture principale':44} uniformes plausibles"
    for name, title in (*titles.items(), (NOBODY, "non tranchée")):
        yield f"  {title:42}{_shares(tally, f'principal/{name}')}"
    yield "Lien retenu, principal ou non"
    for one in typology.categories:
        yield f"  {one.words.title:42}{_shares(tally, f'link/{one.id}')}"
    yield f"Lecture de {typology.remainder.words.title}"
    for rule in typology.remainder.readings:
        yield f"  {rule.words.title:42}{_shares(tally, f'reading/{rule.id}')}"
    yield f"  {'entre deux lectures':42}{_shares(tally, f'reading/{NOBODY}')}"
    total = Counter[str]()
    for counts in tally.counts.values():
        total.update(counts)
    for one in typology.categories:
        if not total[f"principal/{one.id}"]:
            yield f"Jamais principale : {one.words.title}."
    for rule in typology.remainder.readings:
        if not total[f"reading/{rule.id}"]:
            yield f"Jamais lue : {rule.words.title}."


def _devices(definitions: Definitions, tally: Tally) -> Iterator[str]:
    titles = ("maintenant", "en place", "à préparer", "à vérifier", "pas maint.", "non ouvert", "page une : 1 / 2 / 3")
    for kind in (UNIFORM, PLAUSIBLE):
        counts = tally.counts.get(kind, Counter())
        yield f"\nDispositifs, dossiers {kind}s".ljust(45) + " ".join(f"{one:>10}" for one in titles)
        for device in definitions.devices:
            told = [_percent(counts[f"verdict/{device.id}/{one}"], counts["files"]) for one in SHOWN]
            slots = [_percent(counts[f"place/{place}/{device.id}"], counts["files"]) for place in PLACES]
            yield f"  {device.short[:42]:42}" + " ".join(f"{one:>10}" for one in told) + f"   {' / '.join(slots)}"


def _always_first(definitions: Definitions, edition: Edition, tally: Tally) -> Iterator[str]:
    """How often the device that is always open comes first, and what the nearest other one lacks then."""
    counts = tally.counts.get(PLAUSIBLE, Counter())
    first = sum(counts[f"place/{PLACES[0]}/{one.id}"] for one in definitions.devices if one.always_open)
    titles = ", ".join(one.short for one in definitions.devices if one.always_open)
    said = "plus de la moitié" if first > HALF * counts["files"] else "au plus la moitié"
    yield f"\n« {titles} » en première place : {_percent(first, counts['files'])} des dossiers plausibles, {said}."
    lacks = {axis.id: axis.title for axis in edition.means.axes} | {NOBODY: "rien d'autre n'est même à préparer"}
    told = [(counts[f"lacking/{name}"], title) for name, title in lacks.items() if counts[f"lacking/{name}"]]
    if told:
        listed = " ; ".join(f"{title} {_percent(count, first)}" for count, title in sorted(told, reverse=True))
        yield f"Ce qui manque alors au dispositif le plus proche : {listed}."


def never_advised(definitions: Definitions, tally: Tally) -> list[str]:
    """A sentence for each device that no file makes « maintenant » or « à préparer »."""
    total = Counter[str]()
    for counts in tally.counts.values():
        total.update(counts)
    told = ("maintenant", "en_place", "a_preparer")
    return [
        f"Jamais conseillé : {device.short}."
        for device in definitions.devices
        if not any(total[f"verdict/{device.id}/{one}"] for one in told)
    ]
