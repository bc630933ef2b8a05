"""The register entry says what the settings know, and leaves the rest to the operator: nothing is made up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask_migrate import upgrade

from selfassess.store.networks import close_network
from selfassess.store.retention import Keeping
from selfassess.web.french import now
from selfassess.web.running.register_entry import UNKNOWN
from tests.desk import a_network
from tests.fixtures.ordinary import ordinary_user
from tests.pages import FAULTS_OF_TEXT
from tests.web.conftest import MakeApp
from tests.web.test_service import run

SAID = {
    "legal_operator": "Syndicat fictif du Val-Imaginé", "legal_director": "La présidente", "legal_host": "Hôte fictif",
    "legal_contact": "contact@operateur.example", "security_contact": "securite@operateur.example",
    "public_url": "https://pat.example", "smtp_url": "smtp://compte:secret@mail.example:587",
    "mail_from": "Boussole <site@pat.example>",
}  # fmt: skip  # as one would write it


def test_nothing_set_is_left_to_complete(make_app: MakeApp) -> None:
    told = run(make_app(), "register-entry").stdout
    for begins in ("Responsable du traitement", "Pour lui écrire", "Adresse du site", "Hébergeur (sous-traitant)"):
        (line,) = (one for one in told.splitlines() if one.startswith(f"- {begins}"))
        assert line.endswith(UNKNOWN), line
    assert "aucun n’est ouvert à ce jour" in told
    assert "le site n’envoie pas de courriel" in told


def test_what_is_set_is_said_and_no_secret(make_app: MakeApp, tmp_path: Path) -> None:
    keeping = Keeping(*(timedelta(days=days) for days in range(41, 47)))
    app = make_app(**SAID, keeping=keeping, backups_kept=17)  # type: ignore[arg-type]
    with app.app_context():
        upgrade()
        a_network("Réseau ouvert")
        close_network(a_network("Réseau fermé"), now())
    told = run(app, "register-entry").stdout
    assert all(one in told for name, one in SAID.items() if name not in {"smtp_url", "mail_from"})
    assert "mail.example" in told
    assert not any(one in told for one in ("secret@", "compte:", app.config["SECRET_KEY"], "Réseau fermé"))
    assert "Réseau ouvert" in told
    assert "Le site est servi en HTTPS" in told
    assert all(f"{days}\u00a0jours" in told for days in (*range(41, 47), 17, 30))
    for never_known in ("Délégué", "Transferts hors", "Base légale", "Contrats de sous-traitance"):
        assert UNKNOWN in next(one for one in told.splitlines() if never_known in one)
    lines = [one for one in told.splitlines() if not one.startswith("|")]
    assert not [name for rule, name in FAULTS_OF_TEXT for one in lines if rule.search(one)]
    file = tmp_path / "registre.md"
    done = run(app, "register-entry", "--output", str(file))
    assert file.read_text("utf-8") == told
    assert f"À compléter par vous\u00a0: {told.count(UNKNOWN)}" in done.stdout


def test_where_it_cannot_be_written_is_said_in_french(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both commands; a wrapper may have changed the folder."""
    app = make_app()
    monkeypatch.chdir(tmp_path)
    for command in (["register-entry"], ["submissions", "export", "--format", "json"]):
        nowhere = run(app, *command, "--output", "none/x.md")
        assert (nowhere.exit_code, nowhere.stderr.count("\n")) == (2, 1)
        assert f"{tmp_path / 'none'} n’existe pas" in nowhere.stderr
        assert "donnez un chemin complet" in nowhere.stderr
        folder = run(app, *command, "--output", str(tmp_path))
        assert folder.exit_code == 2
        assert folder.stderr.replace("\u00a0", " ") == f"{tmp_path} : c’est un dossier. Rien n’est écrit.\n"
    with ordinary_user() as refused:
        for command in (["register-entry"], ["submissions", "export", "--format", "json"]):
            told = run(app, *command, "--output", str(refused))
            assert told.stderr.replace("\u00a0", " ") == f"{refused} : accès refusé. Rien n’est écrit.\n"
