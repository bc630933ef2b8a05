"""Faults of documents.yaml, each told where it stands; here in the order of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.checks.test_checks import Fault, broken, root, told

__all__ = ["root"]
FILE = "documents.yaml"
BRACKETS = "Un blanc s'écrit « [à compléter : ce qu'il faut écrire] », un mot « {mot} »."
SHAPES: list[Fault] = [
    (FILE, "    - show: decision\n", "    - ¤show: decisoin\n",
     "« decisoin » n'est pas admis : choisissez parmi decision, grounds, checks, sources, plan. "
     "Vouliez-vous dire « decision » ?"),
    (FILE, "    - heading: Pourquoi\n", "    - ¤heading: Pourquoi\n      help: Rien.\n",
     "Un morceau est une seule chose : heading, text, help, items, lines, article ou show."),
    (FILE, "  - id: affairs\n", "  - ¤id: affairs\n", "Dites la source du texte de droit, ou laissez un blanc."),
    (FILE, "    sources: [dgcl_council]\n", "", ""),
    (FILE, "  - id: delegates\n", "  - ¤id: delegates\n    check: Vu.\n",
     "Un texte de droit est un visa (text) ou un point à vérifier (check)."),
    (FILE, "  anim:\n    vote: announce\n", "  ¤anim:\n    vote: search\n",
     "Une décision à voter a un article ; « announce » n'en a pas."),
    (FILE, "    goes: \"Personne : une revue", f"    ¤goes: \"Personne : {'très ' * 38}longue revue",
     "Ce texte a plus de 190 signes : raccourcissez-le."),
]  # fmt: skip
CROSSED: list[Fault] = [
    (FILE, "- text: \"Ce que disent nos", "- ¤text: \"{governance} Ce que disent nos",
     "Dites sous « missing » ce que demande le blanc de « {governance} » quand la réponse manque."),
    (FILE, "- text: \"Vu [à compléter : délibération qui", "- ¤text: \"Vu [a compléter : délibération qui", BRACKETS),
    (FILE, "article: \"Mandater {executive}", "¤article: \"Mandater {executif}",
     "« {executif} » ne se remplit pas ici. Vouliez-vous dire « executive » ?"),
    (FILE, "- {label: Convocation, text", "- {¤label: \"Le {stage}\", text", "« {stage} » ne se remplit pas ici."),
    (FILE, "types: [metropole], assembly", "¤types: [metropolis], assembly",
     "Le type de structure « metropolis » n'existe pas. Vouliez-vous dire « metropole » ?"),
    (FILE, "sources: [law_2123_18, senat99]", "¤sources: [law_2123_18, senat9]",
     "La source « senat9 » n'existe pas. Vouliez-vous dire « senat99 » ?"),
    (FILE, "decisions:\n  anim", "¤decisions:\n  anim", "Le dispositif « plp » n'a pas de décision ici."),
    (FILE, "  plp:\n", "  ¤plpp:\n", "Le dispositif « plpp » n'existe pas. Vouliez-vous dire « plp » ?"),
]  # fmt: skip


@pytest.mark.parametrize("faults", [SHAPES, CROSSED], ids=["shapes", "crossed"])
def test_a_fault_is_told_where_it_is(faults: list[Fault], root: Path) -> None:
    expected = broken(root, faults)
    assert told(root) == expected
