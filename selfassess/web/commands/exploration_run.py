"""A long exploration in several processes, whose state is on disk: killed at any time, it goes on where it was.

Apart: processes and what they leave on disk, nothing of what they find.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from selfassess.authoring.explore.tally import (
    PLAUSIBLE,
    UNIFORM,
    Explorer,
    Tally,
)

CHUNK = 500  # files between two states on disk, for each process
PARENT_LOOKED_AT = 1.0  # seconds


class OtherDefinitions(Exception):  # noqa: N818  a state refused, not a failure
    """The state on disk is that of other definitions, another seed or another engine."""


class StateUnreadable(Exception):  # noqa: N818
    """The state on disk is not one of ours."""


class StateUnwritten(Exception):  # noqa: N818
    """The state could not be written; `args[0]` says why."""


@dataclass
class State:
    """What is done: the chunks, the tally so far, the pairs (held, impossible, in all)."""

    digest: str
    done: set[int] = field(default_factory=set)
    tally: Tally = field(default_factory=Tally)
    pairs: tuple[int, ...] | None = None

    def save(self, path: Path | None) -> None:
        """Whole or not at all. Raises `StateUnwritten`."""
        if path is None:
            return
        pairs = list(self.pairs) if self.pairs else None
        told = {"digest": self.digest, "done": sorted(self.done), "pairs": pairs, "tally": self.tally.as_json()}
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            with beside.open("w", encoding="utf-8") as file:
                json.dump(told, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise StateUnwritten(error.strerror or str(error), error.errno) from None

    @classmethod
    def load(cls, path: Path | None, digest: str) -> State:
        """The state on disk, or a new one. Raises `StateUnreadable`, `OtherDefinitions`."""
        try:
            if path is None or not path.exists():
                return cls(digest)
            raw = json.loads(path.read_text("utf-8"))
            pairs = tuple(raw["pairs"]) if raw["pairs"] else None
            found = cls(raw["digest"], set(raw["done"]), Tally.of(raw["tally"]), pairs)
            if not all(type(one) is int and one >= 0 for one in found.done):
                raise StateUnreadable
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise StateUnreadable from None
        if found.digest != digest:
            raise OtherDefinitions
        return found


@dataclass
class Run:
    """`files` in all, half uniform and half plausible, in chunks; `progress(done, all, since)` is told now and then."""

    explorer: Explorer
    files: int
    jobs: int
    path: Path | None
    progress: Callable[[int, int, float], None]
    chunk: int = CHUNK

    @property
    def chunks(self) -> list[tuple[str, int, int]]:
        counts = {UNIFORM: self.files - self.files // 2, PLAUSIBLE: self.files // 2}
        return [
            (kind, at, min(at + self.chunk, count))
            for at in range(0, max(counts.values()), self.chunk)
            for kind, count in counts.items()
            if at < count
        ]

    def go(self, state: State) -> State:
        """Does what is left. The state is saved after each chunk, and when stopped by Ctrl-C (raised again)."""
        _Work.explorer = self.explorer
        chunks = self.chunks
        left = [at for at in range(len(chunks)) if at not in state.done]
        context = multiprocessing.get_context("fork")  # the definitions are read once, and shared
        began, before = time.monotonic(), self._count(chunks, state)
        with ProcessPoolExecutor(self.jobs, mp_context=context, initializer=_quiet, initargs=(os.getpid(),)) as pool:
            running: dict[Future[Any], int | None] = {}
            try:
                asked = state.pairs is not None
                while left or running or not asked:
                    while left and len(running) < 2 * self.jobs:
                        at = left.pop(0)
                        running[pool.submit(_Work.files, *chunks[at])] = at
                    if not left and not asked:
                        running[pool.submit(_Work.pairs)], asked = None, True
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        self._take(state, running.pop(future), future.result())
                    state.save(self.path)
                    count = self._count(chunks, state)
                    self.progress(count, self.files, (time.monotonic() - began) / max(1, count - before))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return state

    def _take(self, state: State, at: int | None, result: Tally | tuple[Tally, tuple[int, ...]]) -> None:
        if isinstance(result, tuple):
            result, state.pairs = result
        elif at is not None:
            state.done.add(at)
        state.tally.add(result)

    def _count(self, chunks: list[tuple[str, int, int]], state: State) -> int:
        return sum(chunks[at][2] - chunks[at][1] for at in state.done)


class _Work:
    """What a process does; the explorer is there since before it was forked."""

    explorer: Explorer

    @staticmethod
    def files(kind: str, first: int, end: int) -> Tally:
        return _Work.explorer.files(kind, range(first, end))

    @staticmethod
    def pairs() -> tuple[Tally, tuple[int, int, int]]:
        return _Work.explorer.pairs()


def _quiet(parent: int) -> None:
    """Ctrl-C is the parent's affair; a process whose parent is gone ends. What was read once is not looked through
    again and again for what could be freed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_LOOKED_AT)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def chance(key: str) -> Random:
    """The same numbers for the same key, on any machine."""
    return Random(key)  # noqa: S311  no secret
