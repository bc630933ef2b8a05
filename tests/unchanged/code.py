"""What is asked of the package, found wherever it stands: modules move, and this compares across."""

from __future__ import annotations

import json
import re
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
HIDDEN, NO_ENGINE = "0" * 24, "0"


def _of_the_code(definition: str) -> Any:
    """What a line of the package that begins so defines."""
    found = []
    for path in sorted((ROOT / "selfassess").rglob("*.py")):
        if re.search(rf"^(def|class) {re.escape(definition)}", path.read_text("utf-8"), re.M):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    if len(found) != 1:
        raise SystemExit(
            f"tests/unchanged/code.py needs one « {definition} » in selfassess, found in: {found or 'none'}"
        )
    return getattr(import_module(found[0]), re.split(r"\W", definition)[0])


class Code:
    """All that is asked of the package: a name that changes is changed here."""

    def __init__(self) -> None:
        self.create_app, self.settings = _of_the_code("create_app("), _of_the_code("Settings")
        self.loaded = _of_the_code("library()")
        self.produce, self.origin = _of_the_code("produce("), _of_the_code("Origin(")
        self.report = _of_the_code("Report(")
        self.review, self.lay = _of_the_code("review(entries"), _of_the_code("lay(report")
        acts = import_module(self.review.__module__)
        self.entry = getattr(acts, "PastAct", None) or acts.Entry  # its name before
        self.as_draft, self.as_trial = _of_the_code("as_draft("), _of_the_code("as_trial(")
        self.partner_page = _of_the_code("as_abroad(")
        self.draw = _of_the_code("render(report: Report) -> bytes")
        self.documented = _of_the_code("documented(")
        self.write_odt = _of_the_code("render(report: Report, definitions: Definitions) -> bytes")

    def app(self, folder: Path) -> Flask:
        made: Flask = self.create_app(
            self.settings(database_url=f"sqlite:///{folder}/visits.sqlite", secret_key="unchanged", instance=folder,
                          questions=ROOT / "questions", public_url="https://boussole.example")
        )  # fmt: skip
        return made

    def report_of(self, given: dict[str, Any]) -> Any:
        """The report of a kept file, with all that is laid over it, and nothing that tells versions apart."""
        definitions = self.loaded().definitions
        origin = self.origin.model_validate(given["origin"])
        report = self.produce(definitions, definitions.editions[given["edition"]], origin,
                              date.fromisoformat(given["day"]))  # fmt: skip
        if "events" in given:
            events = [self.entry(**one) for one in given["events"]]
            report = self.lay(report, self.review(events), given["network"], events[-1].at[:10])
        if "mark" in given:
            report = {"draft": self.as_draft, "trial": self.as_trial}[given["mark"]](report)
        if "place" in given:
            report = self.partner_page(definitions, report, given["place"])
        else:
            report = self.documented(report, definitions)
        return self._hidden(report)

    def _hidden(self, report: Any) -> Any:
        text = report.model_dump_json()
        for told in {report.fingerprint, *([report.abroad.of] if report.abroad else [])}:
            text = text.replace(told, HIDDEN)
        data = json.loads(text)
        data["engine"] = NO_ENGINE
        data["origin"]["files"] = dict.fromkeys(sorted(data["origin"]["files"]), HIDDEN)
        return self.report.model_validate_json(json.dumps(data))
