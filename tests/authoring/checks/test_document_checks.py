"""Faults of documents.yaml, each told where it stands; here in the order of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.checks.test_checks import Fault, broken, root, told

__all__ = ["root"]
FILE = "documents.yaml"
BRACKETS = "Un blanc s'écrit « [à compléter : ce qu'il faut écrire] », un mot « {mot} »."
SHAPES: list[Fault] = [
    (FILE, "    - heading: Risques\n", "    - ¤heading: Risques\n      help: Rien.\n",
     "Un morceau est une seule chose : heading, text, help, items, lines, article ou show."),
    (FILE, "    - show: risks\n", "    - ¤show: risk\n",
     "« risk » n'est pas admis : choisissez parmi reading, decision, options, risks, timeline, verify, grounds, "
     "conditions, sources. Vouliez-vous dire « risks » ?"),
    (FILE, "  - id: food_plan\n", "  - ¤id: food_plan\n", "Il manque la clé « sources »."),
    (FILE, "    sources: [S17, S21]\n", "", ""),
]  # fmt: skip
CROSSED: list[Fault] = [
    (FILE, "label: Étape du PAT, text", "¤label: \"Étape {stage}\", text", "« {stage} » ne se remplit pas ici."),
    (FILE, "text: \"{posts}\"}", "¤text: \"{governance}\"}",
     "Dites sous « missing » ce que demande le blanc de « {governance} » quand la réponse manque."),
    (FILE, "text: \"Vu [à compléter : décision", "¤text: \"Vu [a compléter : décision", BRACKETS),
    (FILE, "- article: \"{decision}\"", "- ¤article: \"{decison}\"",
     "« {decison} » ne se remplit pas ici. Vouliez-vous dire « decision » ?"),
    (FILE, "types: [metropole]", "¤types: [metropolis]",
     "Le type de structure « metropolis » n'existe pas. Vouliez-vous dire « metropole » ?"),
    (FILE, "devices: [jum_neuf, jum_react]", "¤devices: [jum_neuf, jum_reac]",
     "Le dispositif « jum_reac » n'existe pas. Vouliez-vous dire « jum_react » ?"),
    (FILE, "sources: [S24, S34]", "¤sources: [S24, synthes]",
     "La source « synthes » n'existe pas. Vouliez-vous dire « synthese » ?"),
    (FILE, "  - id: agreement\n", "  - ¤id: twinning\n", "Le texte « twinning » est écrit deux fois."),
]  # fmt: skip


@pytest.mark.parametrize("faults", [SHAPES, CROSSED], ids=["shapes", "crossed"])
def test_a_fault_is_told_where_it_is(faults: list[Fault], root: Path) -> None:
    expected = broken(root, faults)
    assert told(root) == expected
