"""What pages know of the worker: what they ask it to draw again, and whether it is there.

Nothing rings it: what is asked for waits in the database, where it looks by itself (`commands.worker`, decision 0014).
"""

from __future__ import annotations

import os
from datetime import timedelta
from socket import gethostname

from selfassess.store import reports
from selfassess.store.models import StoredReport
from selfassess.store.reports import FAILED, READY, REPLACED
from selfassess.web.french import now
from selfassess.web.settings import Settings

CLOCKS = timedelta(minutes=1)  # apart, those of two machines have a fault
LONGEST_HOST = 100  # letters of the name of a machine, in that of its worker
LATE = timedelta(seconds=20)  # without a sign of a worker, which gives one every 5


def queue_up(stored: StoredReport, version: str) -> None:
    """Have it drawn, unless it is drawn already, or being so. Drawn with former templates: drawn again; so is what
    failed, or gave its place to another: somebody asks for it anew."""
    if is_to_draw(stored, version):
        reports.again(stored, version, now())


def is_to_draw(stored: StoredReport, version: str) -> bool:
    return stored.state in {FAILED, REPLACED} or (stored.state == READY and stored.template_version != version)


def this_machine() -> str:
    """As the names of its workers begin."""
    return gethostname()[:LONGEST_HOST]


def worker_name(told: Settings) -> str:
    """Of this process, by which it gives signs: where it is, and what it was started with. Of 120 letters at most."""
    return f"{this_machine()}:{os.getpid()}~{told.digest}"


def machine_and_digest(worker: str) -> tuple[str, str]:
    """Of a worker, by its name. No digest: it is of a former program."""
    machine, _, rest = worker.rpartition(":")
    return machine, rest.partition("~")[2]


def worker_is_alive() -> bool:
    """Has a worker, of this machine or another, given a sign of life lately?"""
    return any(ago < LATE for ago in reports.last_signs().values())
