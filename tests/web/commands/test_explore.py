"""`questions explore`: stopped, killed, resumed; a state of something else refused; a full disk told."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from selfassess.authoring.explore.tally import PLAUSIBLE, UNIFORM, Tally
from selfassess.web.commands.exploration_run import State, StateUnwritten
from selfassess.web.commands.explore_command import unwritten
from tests.authoring.explore.test_random_files import explorer
from tests.definitions import ROOT, definitions, edition
from tests.pages import plain

FILES, CHUNK = 60, 5
LONGEST = 120  # seconds


def command(state: Path, *more: str) -> list[str]:
    flask = [sys.executable, "-m", "flask", "--app", "wsgi", "questions", "explore"]
    return [
        *flask,
        "--files",
        str(FILES),
        "--jobs",
        "2",
        "--state",
        str(state),
        "--chunk",
        str(CHUNK),
        *more,
    ]


def start(state: Path, instance: Path, *more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "INSTANCE": str(instance)}
    return subprocess.Popen(
        command(state, *more),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heeds_interruptions,
    )


def _heeds_interruptions() -> None:
    """Tests begun in the background of a shell ignore them, and so would what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def saved(state: Path, more_than: int) -> dict[str, Any]:
    """The state on disk once it holds more chunks than that."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        if state.exists():
            found: dict[str, Any] = json.loads(state.read_text("utf-8"))
            if len(found["done"]) > more_than:
                return found
        time.sleep(0.02)
    raise AssertionError("no state in time")


@pytest.mark.parametrize("pairs", [pytest.param(None, marks=pytest.mark.long), [2, 1, 3]], ids=["to try", "tried"])
def test_stopped_then_killed_it_goes_on_and_finds_the_same(tmp_path: Path, pairs: list[int] | None) -> None:
    """Pairs of answers tried before it stopped are not tried again: half of the time of the whole."""
    state = tmp_path / "state.json"
    first = start(state, tmp_path)
    done = len(saved(state, 0)["done"])
    first.send_signal(signal.SIGINT)
    _, told = first.communicate(timeout=LONGEST)
    assert first.returncode == 2
    assert "Arrêté. Relancez la même commande pour reprendre." in told

    second = start(state, tmp_path)
    done = len(saved(state, done)["done"])
    second.kill()
    second.communicate(timeout=LONGEST)
    assert second.returncode == -signal.SIGKILL
    assert done < FILES / CHUNK

    if pairs:
        state.write_text(json.dumps({**json.loads(state.read_text("utf-8")), "pairs": pairs}), "utf-8")
    third = start(state, tmp_path)
    shown, _ = third.communicate(timeout=LONGEST)
    assert third.returncode in {0, 2}  # 2: so few files may leave a device aside
    assert "Invariants" in shown
    assert ("Paires de réponses : 3 ; 2 ensemble" in shown.replace("\u00a0", " ")) == bool(pairs)
    found = Tally.of(json.loads(state.read_text("utf-8"))["tally"])
    straight = Tally()
    for kind in (UNIFORM, PLAUSIBLE):
        straight.add(explorer().files(kind, range(FILES // 2)))
    assert {kind: found.counts[kind] for kind in (UNIFORM, PLAUSIBLE)} == straight.counts


def test_any_edition_may_be_read_and_its_state_goes_with_no_other(app: Flask, tmp_path: Path) -> None:
    other = next(name for name in definitions().editions if name != edition().id)
    state = tmp_path / "state.json"
    first = start(state, tmp_path, "--edition", other)
    saved(state, 0)
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=LONGEST)
    run, same = app.test_cli_runner(), command(state)[5:]
    refused = run.invoke(args=same)
    assert refused.exit_code == 2
    assert "vient d’autres définitions" in refused.stderr
    refused = run.invoke(args=[*same, "--edition", "1999-1"])
    assert refused.exit_code == 2
    assert f"L’édition « 1999-1 » n’existe pas : {', '.join(definitions().editions)}." in plain(refused.stderr)


def test_a_state_of_something_else_is_refused(app: Flask, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    run = app.test_cli_runner()
    State("of other definitions").save(state)
    refused = run.invoke(args=["questions", "explore", "--files", "2", "--state", str(state)])
    assert refused.exit_code == 2
    assert "vient d’autres définitions, d’une autre graine ou d’un autre nombre de dossiers" in refused.stderr
    state.write_text('{"digest": ', "utf-8")
    refused = run.invoke(args=["questions", "explore", "--files", "2", "--state", str(state)])
    assert refused.exit_code == 2
    assert "n’est pas lisible" in refused.stderr


def test_a_full_disk_is_told_and_leaves_the_last_state(tmp_path: Path) -> None:
    """The size a process may write is what a test can limit; the disk itself says the same with another number."""
    state = tmp_path / "state.json"
    State("kept").save(state)
    before = state.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before), limits[1]))
    try:
        with pytest.raises(StateUnwritten) as raised:
            State("kept", done=set(range(1000))).save(state)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert raised.value.args[1] == errno.EFBIG
    assert state.read_bytes() == before
    assert list(tmp_path.iterdir()) == [state]
    assert unwritten("« s »", raised.value) == (
        "L'état « s » n'a pas pu être écrit : il n'y a plus de place sur le disque. "
        "Faites de la place, puis relancez la même commande."
    )
