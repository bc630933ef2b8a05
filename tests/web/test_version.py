"""The version of the program: said by the site and its commands, and in nothing made from a file, which definitions and
answers alone make."""

from __future__ import annotations

import re
import subprocess
import tomllib
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pikepdf
from flask import Flask

from selfassess.core.review.acts import VALIDATED
from selfassess.web.commands.worker import draw_next
from selfassess.web.settings import ROOT, VERSION
from tests.core.report import files
from tests.fixtures.pdf import text_of
from tests.web.report.test_visibility import Scene
from tests.web.walker import Walker

SAID = re.compile(rf"(?<![\d.]){re.escape(VERSION)}(?![\d.]*\d)")
MADE = re.compile(r'(?:href|action)="(/[^"]*(?:\.odt|\.ics|\.csv|\.json|/rapport/[0-9a-f]+))"')


def test_the_site_and_its_commands_say_it(app: Flask) -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == VERSION
    assert f"## {VERSION}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    said = Walker(app).get("/").css_first("footer").text()
    assert SAID.search(said)
    assert app.test_cli_runner().invoke(args=["version"]).stdout == f"Boussole PAT–International {VERSION}\n"


def test_the_script_of_the_deployed_site_says_it(tmp_path: Path) -> None:
    """As it is written, but for its account and the program it starts."""
    told = (ROOT / "deploy" / "boussole").read_text("utf-8")
    for old, new in {"runuser -u boussole -- ": "", ".venv/bin/flask": "echo", "cd /opt/boussole": ""}.items():
        assert old in told
        told = told.replace(old, new)
    done = subprocess.run(["sh", "-c", told, "boussole", "--version"], capture_output=True, text=True)
    assert done.stdout == "--app wsgi version\n", done.stderr


def test_nothing_made_from_a_file_says_it(app: Flask, tmp_path: Path) -> None:
    """Reports, papers, documents to edit, calendar, exports: of a file sent, read by its network and validated."""
    assert not SAID.search(files.report("twinning_and_project").model_dump_json())
    scene = Scene.at(app, VALIDATED)
    mine, desk = scene.read("respondent"), scene.read("desk")
    mine.check = False
    page = mine.page.html or ""
    assert 'class="app-no-print">Version' in page, "shown on the site, left out when the page is printed"
    kinds = set()
    exports = {f"/reseau/export{one}" for one in ("/dossiers.csv", ".xlsx", ".json")}
    for address in sorted({*MADE.findall(page), *exports}):
        walker = desk if address.startswith("/reseau") else mine
        ending = address.rpartition(".")[2]
        if "/rapport/" in address and "." not in address:
            mine.client.post(address, data={"csrf_token": mine.page.css_first("[name=csrf_token]").attributes["value"]})
            with app.app_context():
                while draw_next():
                    pass
            address, ending = f"{address}.pdf", "pdf"
        answer = walker.client.get(address)
        assert answer.status_code == 200, address
        assert not SAID.search(_words(answer.data, ending, tmp_path)), address
        kinds.add(ending)
    assert kinds == {"pdf", "odt", "ics", "csv", "json", "xlsx"}


def _words(content: bytes, ending: str, folder: Path) -> str:
    """All that a file says, whatever it is packed in."""
    if ending in {"odt", "xlsx"}:
        with ZipFile(BytesIO(content)) as packed:
            return "\n".join(packed.read(one).decode(errors="replace") for one in packed.namelist())
    if ending == "pdf":
        path = folder / "made.pdf"
        path.write_bytes(content)
        with pikepdf.open(path) as pdf:
            streams = [one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        return "\n".join([text_of(path), *(one.decode("latin-1") for one in (content, *streams))])
    return content.decode()
