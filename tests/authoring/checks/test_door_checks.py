"""Faults of calls and programmes: each refused with its file, its line and its column."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from selfassess.content.catalogue import load
from selfassess.content.reader import FaultyError
from tests.definitions import QUESTIONS, SLUG

CALLS, PROGRAMMES = "calls.yaml", "programmes.yaml"

# File, what is written, what is put in its place, where it is then told (a word of its line), the beginning of it.
ALONE = [
    (CALLS, "opens: 2024-01-10", "opens: 2025-01-10", "id: mae_key_in_hand", "Cet appel se clôt avant d'ouvrir"),
    (CALLS, "    closes: 2025-03-19\n", "", "id: fwvl_micro", "Dites quand cet appel se clôt"),
    (CALLS, "    earlier: [2023-09-08]\n", "", "id: ficol", "Un appel « yearly » se clôt chaque année"),
    (CALLS, "earlier: [2024-09-19]", "earlier: [2027-09-19]", "id: cerv_twinning", "« earlier » donne des clôtures"),
    (CALLS, "    contact: js_nwe\n", "", "id: nwe", "Il manque la clé « contact »."),
    (CALLS, "closes: 2026-06-17", "closes: 17/06/2026", "closes: 17/06/2026", "« 17/06/2026 » n'est pas une date"),
    (PROGRAMMES, "last_day: 2029-09-30", "last_day: 2026-09-30", "id: fwvl", "Les projets (last_day) ne finissent pas"),
    (PROGRAMMES, "kind: euroregion", "kind: region", "kind: region", "« region » n'est pas admis"),
]
TOGETHER = [
    (CALLS, "devices: [horizon]", "devices: [horizn]", "devices: [horizn]",
     "Le dispositif « horizn » n'existe pas. Vouliez-vous dire « horizon » ?"),
    (CALLS, "programme: rhin\n", "programme: rhine\n", "programme: rhine",
     "Le programme « rhine » n'est pas dans programmes.yaml. Vouliez-vous dire « rhin » ?"),
    (CALLS, "sources: [hor27]", "sources: [hor28]", "sources: [hor28]", "La source « hor28 » n'est pas"),
    (CALLS, "contact: ncp_horizon", "contact: ncp_horizn", "contact: ncp_horizn",
     "L'organisme « ncp_horizn » n'est pas dans contacts.yaml. Vouliez-vous dire « ncp_horizon » ?"),
    (CALLS, "id: sudoe\n", "id: nwe\n", "id: nwe", "L'identifiant « nwe » est déjà pris."),
    (PROGRAMMES, 'doubtful: ["88"]', 'doubtful: ["880"]', 'doubtful: ["880"]', "Le département « 880 » n'existe pas."),
    (PROGRAMMES, 'departements: ["67", "68"]', 'departements: ["67", "68", "67"]', '["67", "68", "67"]',
     "« 67 » est écrit deux fois dans la zone de « rhin »."),
    (PROGRAMMES, '    departements: ["971", "972", "973", "978"]\n    doubtful: ["977"]\n', "", "id: caraibes",
     "« caraibes » n'a ni département ni région."),
    (PROGRAMMES, 'regions: ["Auvergne-Rhône-Alpes"]\n    regions_to_check: ["Provence-Alpes-Côte d\'Azur", "Occitanie"',
     'regions: ["Auvergne-Rhone-Alpes"]\n    regions_to_check: ["Provence-Alpes-Côte d\'Azur", "Occitanie"',
     '"Auvergne-Rhone-Alpes"', "La région « Auvergne-Rhone-Alpes » n'existe pas."),
    (PROGRAMMES, "question: border", "question: bordr", "question: bordr",
     "Aucune édition n'a la question « bordr ». Vouliez-vous dire « border » ?"),
    (PROGRAMMES, "contact: js_poctefa", "contact: js_pocte", "contact: js_pocte", "L'organisme « js_pocte » n'est pas"),
]  # fmt: skip  # what is written beside what is told


def write(root: Path, file: str, old: str, new: str) -> None:
    path = root / SLUG / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (file, old, text.count(old))
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    found = tmp_path / "questions"
    shutil.copytree(QUESTIONS / SLUG, found / SLUG, ignore=shutil.ignore_patterns("directory", "cases"))
    (found / SLUG / "directory").symlink_to(QUESTIONS / SLUG / "directory")
    return found


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("faults", [ALONE, TOGETHER], ids=["of one file", "between files"])
def test_a_fault_of_a_call_or_a_programme_is_told_where_it_is(
    faults: list[tuple[str, str, str, str, str]], root: Path
) -> None:
    for file, old, new, *_ in faults:
        write(root, file, old, new)
    with pytest.raises(FaultyError) as caught:
        load(root, SLUG)
    problems = [one for one in caught.value.problems if one.file.endswith((CALLS, PROGRAMMES))]
    found = []
    for file, _, _, word, message in faults:
        told = [one for one in problems if one.file == f"{SLUG}/{file}" and message in one.message]
        assert len(told) == 1, (message, [str(one) for one in problems])
        line = (root / SLUG / file).read_text("utf-8").splitlines()[told[0].line - 1]
        assert word in line, (str(told[0]), line)
        found.extend(told)
    assert len(problems) == len(found), [str(one) for one in problems]
