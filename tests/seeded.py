"""What a process of a given hash seed makes of files: `python -m tests.seeded json|pdf NAME…` writes a digest each.

Names: of tests/core/report/files.py, « uniform_3 », « plausible_12 »; « bare_3 » is a file of which hardly more than
the actions is known; « left » is a file on which two processes differed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SEEDS = ("1", "2")
LEFT = {
    "stage": "s3",
    "actions": [{"device": "cooperation", "food_content": "cross", "start": "after_plan", "state": "considered",
                 "leads": "other_alone"}],
}  # fmt: skip


def elsewhere() -> str:
    """A seed that is not the one of this process."""
    return next(one for one in SEEDS if one != os.environ.get("PYTHONHASHSEED"))


def start(seed: str, what: str, names: Iterable[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.seeded", what, *names]
    folder = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def end(process: subprocess.Popen[str]) -> dict[str, str]:
    """The digest of each file, by name."""
    told, _ = process.communicate()
    assert process.returncode == 0
    return dict(json.loads(told))


def _answers(name: str) -> dict[str, Any]:
    from tests.authoring.explore.test_random_files import explorer
    from tests.core.report.files import FILES

    kind, _, at = name.rpartition("_")
    if kind == "bare":
        found = explorer().answers("uniform", int(at))
        return {key: one for key, one in found.items() if key in LEFT}
    return LEFT if name == "left" else FILES[name] if name in FILES else explorer().answers(kind, int(at))


def said(name: str) -> str:
    """Digest of the reading as `evaluate` writes it, and of the report."""
    from selfassess.core.reading.reading import read_file
    from tests.core.report.files import report, report_of
    from tests.definitions import definitions, edition, json_of

    answers = _answers(name)
    told = json_of(read_file(edition(), definitions(), answers))
    made = report_of(answers) if name.startswith(("left", "bare")) else report(name)
    return _digest(json.dumps(told).encode() + made.model_dump_json().encode())


def _digest(made: bytes) -> str:
    return sha256(made).hexdigest()


@contextmanager
def _drawing() -> Iterator[None]:
    from selfassess.web.app import create_app
    from tests.web.conftest import settings_for

    with TemporaryDirectory() as folder, create_app(settings_for(Path(folder))).app_context():
        yield


def main(what: str, names: list[str]) -> None:
    if what == "json":
        found = {name: said(name) for name in names}
    else:
        from selfassess.web.report import pdf
        from tests.core.report.files import report, report_of

        with _drawing():
            found = {name: _digest(pdf.render(report_of(LEFT) if name == "left" else report(name))) for name in names}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
