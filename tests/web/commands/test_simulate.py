"""`questions simulate`: the files sent or a folder of JSON, before and after a change of rules."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.core.report import files
from tests.definitions import QUESTIONS, ROOT, definitions
from tests.desk import a_file, a_network, a_sent_file
from tests.editions import FIRST, REMOVED, SECOND, all_published, edit, renewed, second_edition
from tests.web.conftest import MakeApp

TYPOLOGY = f"editions/{SECOND}/typology.yaml"
RULE = "typology.yaml, categories / echanges / gate"
GATE = "gate: {all: [{is: candidate}, {is: policy_stood}]}"


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A draft where a category has another gate, and a device that demands more than here."""
    root = renewed(second_edition(tmp_path_factory.mktemp("drafted"), published=False))
    edit(root, [(TYPOLOGY, GATE, "gate: {all: [{is: candidate}, {question: start, in: [before_any]}]}"),
                ("devices/erasmus.yaml", "demands: {time: 1", "demands: {time: 3")])  # fmt: skip
    return root


@pytest.fixture
def app(make_app: MakeApp, drafted: Path) -> Flask:
    return make_app(questions=drafted)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "json"
    made.mkdir()
    for name in ("exchange", "nothing", "full"):
        (made / f"{name}.json").write_text(json.dumps({"answers": files.FILES[name]}), "utf-8")
    return made


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["questions", "simulate", *map(str, words)])


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_folder_against_the_draft(app: Flask, folder: Path) -> None:
    found = run(app, folder)
    told = plain(found.stdout)
    assert (found.exit_code, found.stderr) == (0, "")
    assert f"Avant : l’édition de chaque dossier, sur ce site. Après : l’édition {SECOND} (brouillon)." in told
    number = next(one.split(".")[0].strip() for one in told.splitlines() if f"{RULE} : changé" in one)
    assert f"Catégorie « Échanges » : Retenue → Écartée (règle {number})" in told
    assert f"Réponses mises de côté : {REMOVED}" in told
    assert "3 dossiers lus, 2 changent." in told
    assert f"{RULE} : " in told.partition("À cause de")[2]


def test_the_files_sent_by_their_reference_only(app: Flask) -> None:
    with app.app_context():
        sent, _ = a_sent_file(a_network(), files.FILES["exchange"])
        draft, _ = a_file(files.FILES["full"])
    told = plain(run(app).stdout)
    assert f"\n{sent.reference}\n" in told
    assert "1 dossier lu, 1 change." in told
    assert draft.reference not in told
    assert files.FILES["exchange"]["territory"]["name"] not in told


def test_against_another_folder_of_definitions(app: Flask, folder: Path) -> None:
    told = plain(run(app, folder, "--before", QUESTIONS).stdout)
    assert f"Avant : l’édition de chaque dossier, dans {QUESTIONS}." in told
    assert "devices/erasmus.yaml, demands / time : 1 → 3" in told
    assert RULE not in told  # each file on its own edition


def test_two_editions_named(app: Flask, folder: Path) -> None:
    assert plain(run(app, folder, "--before", FIRST, "--after", SECOND).stdout).count(RULE) >= 1
    same = run(app, folder, "--before", FIRST, "--after", FIRST)
    assert "0 règle change." in plain(same.stdout)
    assert "3 dossiers lus, 0 change." in plain(same.stdout)


def test_as_json(app: Flask, folder: Path) -> None:
    found = [json.loads(line) for line in run(app, folder, "--json").stdout.splitlines()]
    assert {one["file"] for one in found} <= {"exchange", "nothing", "full"}
    first = next(one for one in found if one["file"] == "exchange")
    assert (first["before"], first["after"], first["left_aside"]) == (FIRST, SECOND, [REMOVED])
    moved = next(one for one in first["moves"] if one["what"] == "category.echanges")
    assert (moved["before"], moved["after"], moved["rules"]) == ("assigned", "ruled_out", [RULE])


def test_faults_are_said_and_the_others_are_read(app: Flask, folder: Path) -> None:
    (folder / "bad.json").write_text('{"answers": {"stage": "s99", "nope": 1}}', "utf-8")
    (folder / "broken.json").write_text("{", "utf-8")
    (folder / "old.json").write_text('{"edition": "2019-1", "answers": {}}', "utf-8")
    found = run(app, folder)
    assert found.exit_code == 2
    assert plain(found.stderr).splitlines() == [
        "bad.json : answers.stage : « s99 » n’est pas une réponse possible",
        "bad.json : answers.nope : « nope » n’est pas une question de cette édition",
        next(one for one in plain(found.stderr).splitlines() if one.startswith("broken.json : 1:2: JSON mal formé")),
        f"old.json : edition : « 2019-1 » est inconnue (connues : {', '.join([*definitions().editions, SECOND])})",
    ]
    assert "3 dossiers lus" in plain(found.stdout)


def test_what_cannot_be_compared(app: Flask, tmp_path: Path, make_app: MakeApp) -> None:
    found = run(app, "--before", "2031-1", "--after", tmp_path / "nowhere")
    assert found.exit_code == 2
    assert len(found.stderr.splitlines()) == 2
    assert "ni un dossier de définitions" in plain(found.stderr)
    empty = run(app, "--before", tmp_path)
    assert empty.exit_code == 2
    published = run(make_app(questions=all_published(tmp_path)))
    assert published.exit_code == 2
    assert "Il n’y a pas de brouillon d’édition" in plain(published.stderr)


@pytest.mark.long
def test_ten_thousand_files_in_flat_memory(drafted: Path, tmp_path: Path) -> None:
    """The same peak, give or take, for a hundred files and for ten thousand."""
    peaks = []
    for count in (100, 10_000):
        made = tmp_path / str(count)
        made.mkdir()
        names = sorted(files.FILES)
        for at in range(count):
            (made / f"{at:05}.json").write_text(json.dumps({"answers": files.FILES[names[at % len(names)]]}), "utf-8")
        environment = {"QUESTIONS": str(drafted), "INSTANCE": str(tmp_path / "instance"), "PATH": "/usr/bin:/bin"}
        command = [sys.executable, "-c", MEASURED, str(made)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        peaks.append(int(done.stderr.splitlines()[-1]))
    assert peaks[1] < peaks[0] * 1.2


MEASURED = """
import resource, sys
from wsgi import app
app.test_cli_runner(echo_stdin=False)
import contextlib, io, os
with contextlib.suppress(SystemExit), open(os.devnull, "w") as out, contextlib.redirect_stdout(out):
    app.cli.main(["questions", "simulate", sys.argv[1]], standalone_mode=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""
