"""The house keeps its shape: the rules of tests/house.py on this repository."""

from __future__ import annotations

import pytest

from tests.definitions import ROOT, definitions, edition
from tests.house import RULES, House, Rule


def ids_of_the_field() -> frozenset[str]:
    """Every id that an author may change, add or remove."""
    found = {device.id for device in definitions().devices}
    for question in edition().questionnaire.every.values():
        found |= {question.id, *(option.id for option in question.options)}
    typology = edition().typology
    found |= {category.id for category in typology.categories} | {typology.remainder.id}
    found |= {rule.id for rule in typology.remainder.readings} | {case.id for case in typology.ri_cases}
    found |= {kind.id for kind in edition().means.kinds} | set(typology.conditions)
    return frozenset(found | {sign.id for category in typology.categories for sign in category.evidence})


HOUSE = House(ROOT, ids=ids_of_the_field())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Rule) -> None:
    breaches = list(rule(HOUSE))
    assert not breaches, "\n".join([f"{len(breaches)} breaches", *breaches])
