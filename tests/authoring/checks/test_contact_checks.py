"""Faults of contacts.yaml, and of the contacts of devices, told where they stand; here in the order of the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.checks.test_checks import Fault, broken, root, told

__all__ = ["root"]
FILE = "contacts.yaml"
TRIAL = 'name: "Un essai", role: "essayer", site: "https://essai.example"'
SHAPES: list[Fault] = [
    (FILE, "{id: ctg, name: \"Collectivité territoriale de Guyane\",", "¤{id: ctg, name: \"Collectivité\",",
     "Dites comment joindre cet organisme : page, site, phone, email, address ou through."),
    (FILE, "note: \"soutien à vérifier\", page: \"https://ctguyane.fr\"}",
     "note: \"soutien à vérifier\"}", ""),
    (FILE, "  - {region: \"Bretagne\",", "  - ¤{region: \"Bretagne\", departement: \"35\",",
     "Un lieu est soit une région (region), soit un département (departement)."),
    ("devices/c40.yaml", "  - {body: c40, role", "  - ¤{role",
     "Un contact est soit un organisme de contacts.yaml (body), soit quelqu'un de proche (name)."),
]  # fmt: skip
CROSSED: list[Fault] = [
    (FILE, "(RRMA)\", national: rrma_national}", "(RRMA)\", ¤national: rrma_nationale}",
     "L'organisme « rrma_nationale » n'est pas sous « bodies ». Vouliez-vous dire « rrma_national » ?"),
    (FILE, "bfc-international.org\", sources: [bfci]", "bfc-international.org\", ¤sources: [bfcy]",
     "La source « bfcy » n'est pas dans sources.yaml. Vouliez-vous dire « bfci » ?"),
    (FILE, "  - {id: cncd,", f"  - {{¤id: support, {TRIAL}}}\n  - {{id: cncd,",
     "« support » est une sorte d'organisme : nommez-le autrement."),
    (FILE, "  - {id: mufpp,", f"  - {{¤id: cncd, {TRIAL}}}\n  - {{id: mufpp,",
     "L'organisme « cncd » est écrit deux fois."),
    (FILE, "{region: \"Corse\"}", "{¤region: \"Bretagne\"}", "« Bretagne » est écrit deux fois."),
    (FILE, "{departement: \"66\",", "{¤departement: \"999\",", "L'annuaire n'a pas de département « 999 »."),
    (FILE, "{region: \"Guyane\",", "{¤region: \"Guyanne\",",
     "L'annuaire n'a pas de région « Guyanne ». Vouliez-vous dire « Guyane » ?"),
    ("devices/c40.yaml", "{body: c40,", "{¤body: c41,",
     "L'organisme « c41 » n'est pas dans contacts.yaml. Vouliez-vous dire « c40 » ?"),
    ("sources.yaml", "{id: rrma, title: \"L'animation territoriale\", body: \"Réseaux régionaux multi-acteurs\", year: "
     "\"sans date\", url: \"https://rrma.fr/lanimation-territoriale\"}",
     "{id: rrma, title: \"L'animation\", body: \"Réseaux\", year: \"sans date\", ¤url: \"https://www.arricod.fr/\"}",
     "Le site d'un organisme n'est la source d'aucun fait : donnez l'adresse de la page lue."),
]  # fmt: skip


@pytest.mark.parametrize("faults", [SHAPES, CROSSED], ids=["shapes", "crossed"])
def test_a_fault_is_told_where_it_is(faults: list[Fault], root: Path) -> None:
    expected = broken(root, faults)
    assert told(root) == expected
