"""`write` and `compare`: see the package."""

from __future__ import annotations

import json
import lzma
import re
import sys
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask_migrate import upgrade

import tests.unchanged
from selfassess.core.definition.typography import typeset
from selfassess.core.report.shapes import brought_up
from selfassess.web.french import clean
from tests.unchanged.code import HIDDEN, Code
from tests.unchanged.pages import visit
from tests.unchanged.paper import said

INPUTS = Path(__file__).with_name("inputs.json.xz")
KINDS = ("evaluate", "report", "pdf", "odt", "page", "bytes")
MARKUP = ("odt", "page")  # a run of blanks is one to whoever reads them
BLANKS = re.compile(r"[ \n]+")
TOLD = 3  # differences of one file
FILES_TOLD = 8  # of one kind
WIDEST, BEFORE = 160, 40  # signs told of a text, those before the first that differs


def write(folder: Path) -> None:
    code, inputs = Code(), json.loads(lzma.decompress(INPUTS.read_bytes()))
    with TemporaryDirectory() as instance:
        app = code.app(Path(instance))
        runner = app.test_cli_runner()
        for name, given in inputs["evaluate"].items():
            done = runner.invoke(args=["evaluate", "-"], input=json.dumps(given))
            if done.exit_code:
                raise SystemExit(f"evaluate refuses {name}: {done.output}{done.exception!r}")
            _keep(folder / "evaluate" / f"{name}.json", {**json.loads(done.stdout), "fingerprint": HIDDEN})
        with app.app_context():
            for name, given in inputs["reports"].items():
                report = code.report_of(given)
                _keep(folder / "report" / f"{name}.json", report.model_dump(mode="json"))
                if given.get("drawn"):
                    _drawn(code, folder, name, report)
            upgrade()
        for name, answers in inputs["visits"].items():
            for address, page in visit(app, answers, inputs["group"]):
                _keep(folder / "page" / f"{name}{re.sub('[^a-zA-Z0-9.-]', '_', address)[:200]}.html", page)


def _drawn(code: Code, folder: Path, name: str, report: Any) -> None:
    content = code.draw(report)
    _keep(folder / "pdf" / f"{name}.txt", "\n".join(said(content)))
    _keep(folder / "bytes" / f"{name}.txt", sha256(content).hexdigest())
    if report.abroad is None:
        with zipfile.ZipFile(BytesIO(code.write_odt(report, code.loaded().definitions))) as file:
            texts = [f"{one} {file.read(one).decode()}" for one in sorted(file.namelist()) if one.endswith(".xml")]
        _keep(folder / "odt" / f"{name}.txt", "\n".join(texts).replace("><", ">\n<"))


def _keep(path: Path, what: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, indent=1), "utf-8")


def compare(before: Path, after: Path) -> bool:
    """Says what differs, kind by kind; True when nothing does. The bytes of a PDF are told, and may differ."""
    same = True
    for kind in KINDS:
        names = sorted({path.name for folder in (before, after) for path in (folder / kind).glob("*")})
        differ = [name for name in names if _read(before / kind / name) != _read(after / kind / name)]
        _tell(f"{kind}: {len(names) - len(differ)} the same, {len(differ)} not")
        if kind == "bytes":
            continue
        same = same and not differ and bool(names)
        for name in differ[:FILES_TOLD]:
            _tell(f"  {name}")
            for line in _first_differences(before / kind / name, after / kind / name):
                _tell(f"    {line}")
    return same


def _first_differences(before: Path, after: Path) -> list[str]:
    one, other = _read(before), _read(after)
    if one is None or other is None:
        return [f"only in {after.parent if one is None else before.parent}"]
    if before.suffix == ".json":
        found = list(_values(json.loads(one), json.loads(other), ""))
        return found[:TOLD] or ["the order of its keys"]
    lines, others = one.splitlines(), other.splitlines()
    pairs = zip_longest(lines, others, fillvalue="")
    at = next((at for at, pair in enumerate(pairs) if pair[0] != pair[1]), 0)
    old, new = _where_they_part("".join(lines[at : at + 1]), "".join(others[at : at + 1]))
    around = [f"  {line[:WIDEST]}" for line in lines[max(at - 2, 0) : at]]
    return [f"line {at + 1} of {len(lines)}, {len(others)}", *around, f"- {old}", f"+ {new}"]


def _where_they_part(one: str, other: str) -> tuple[str, str]:
    """What two texts say, from a little before the first sign that differs."""
    pairs = zip_longest(one, other)
    start = max(next((at for at, pair in enumerate(pairs) if pair[0] != pair[1]), 0) - BEFORE, 0)
    return one[start : start + WIDEST], other[start : start + WIDEST]


def _values(one: Any, other: Any, place: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(key for key in other if key not in one)]:
            yield from _values(one.get(key, "(absent)"), other.get(key, "(absent)"), f"{place}.{key}".lstrip("."))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, pair in enumerate(zip(one, other, strict=True)):
            yield from _values(*pair, f"{place}[{at}]")
    elif one != other:
        old, new = _where_they_part(*(json.dumps(said, ensure_ascii=False) for said in (one, other)))
        yield f"{place}: {old} → {new}"


def _read(path: Path) -> str | None:
    """What was written, `evaluate` to the letter. Of other data, attached to a PDF too, as it is read: in French
    typography, wherever that is applied; and a report in the present shape."""
    if not path.exists():
        return None
    text = path.read_text("utf-8")
    if path.suffix != ".json":
        drawn, attached, held = text.partition("\nattached: ")
        text = drawn + attached + "\n".join(typeset(line).replace(' "', '"') for line in held.split("\n"))
        return BLANKS.sub("\n", text) if path.parent.name in MARKUP else text
    data = json.loads(text)
    if path.parent.name == "evaluate":
        return text
    if path.parent.name == "report":
        data = {name: one for name, one in brought_up(data).items() if name != "typeset"}
    return json.dumps(clean(data), ensure_ascii=False, indent=1)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", folder]:
            write(Path(folder))
        case ["compare", before, after]:
            sys.exit(0 if compare(Path(before), Path(after)) else 1)
        case _:
            sys.exit(tests.unchanged.__doc__)
