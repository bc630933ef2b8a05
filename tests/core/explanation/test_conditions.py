"""Conditions said in French: each form once, then every condition of the definitions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import TypeAdapter

from selfassess.authoring.checks.condition_checks import CheckedEdition
from selfassess.authoring.checks.every_condition import uses_of
from selfassess.authoring.proofs.proofs import written_for
from selfassess.core.definition.condition import Condition
from selfassess.core.explanation.conditions import ConditionText, phrase, say
from tests.definitions import definitions, edition
from tests.pages import FAULTS_OF_TEXT

DESCRIBED = {"question": "food_content", "in": ["one_aspect", "cross"]}
ASPECTS = "« Un aspect : déchets, éducation, pratiques agricoles… » ou « Le sujet dans son ensemble »"


def told(raw: Any) -> str:
    condition = TypeAdapter(Condition).validate_python(raw)
    return phrase(say(condition, definitions().editions["2026-1"])).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"question": "start", "in": ["before_any"]}, "Début : « Avant toute politique alimentaire locale »"),
        (DESCRIBED, f"Contenu alimentaire : {ASPECTS}"),
        (
            {"question": "without_it", "place": 1, "in": ["same"]},
            "Sans cette action, en premier : « serait exactement le même »",
        ),
        (
            {"question": "remains", "in": ["instance", "plan", "axis", "post", "kept_partners", "peer", "renown"]},
            "Ce qui en reste : toute réponse connue sauf « Rien »",
        ),
        ({"question": "stage", "at_least": 3}, "Étape du PAT : à partir de « Premier plan d’action établi par "
         "délibération »"),
        ({"question": "stage", "at_most": 1}, "Étape du PAT : « Intention ou pas encore de PAT » ou « Concertation "
         "(diagnostic, premières réunions) »"),
        ({"question": "stage", "at_least": 2, "at_most": 4}, "Étape du PAT : de « Stratégie construite et validée » à "
         "« Mise en œuvre du premier plan d’action »"),
        ({"question": "label", "at_most": 0}, "Label PAT : « Non, et aucune demande n’est en cours », « Une demande "
         "est en cours » ou « Il l’a été et ne l’est plus »"),
        ({"question": "axes", "at_least": 5}, "Axes actifs : au moins 5 réponses"),
        ({"question": "axes", "at_least": 1}, "Axes actifs : au moins 1 réponse"),
        ({"question": "territory", "field": "code", "known": False}, "Structure porteuse : code officiel inconnu"),
        ({"some": "actions", "at_least": 3}, "3 actions au moins"),
        ({"not": {"some": "actions"}}, "aucune action"),
        (
            {"question": "territory", "field": "population", "at_least": 50000, "at_most": 250000},
            "Structure porteuse : au moins 50 000 et au plus 250 000 habitants",
        ),
        ({"question": "territory", "field": "type", "in": ["petr", "pnr"]}, "Structure porteuse : « Pôle d’équilibre "
         "territorial et rural (PETR) ou pays » ou « Parc naturel régional »"),
        ({"question": "territory", "field": "departement", "in": ["75"]}, "Structure porteuse : département 75"),
        ({"some": "actions"}, "une action au moins"),
        ({"some": "actions", "where": DESCRIBED}, f"une action au moins, avec : Contenu alimentaire : {ASPECTS}"),
        ({"category": "echanges"}, "catégorie retenue : « Échanges »"),
        ({"category": "potentiel"}, "catégorie retenue : « Potentiel »"),
        ({"reading": "trop_tot"}, "lecture affichée : « Trop tôt »"),
        ({"gate": "echanges"}, "porte ouverte : « Échanges »"),
        (
            {"not": {"question": "state", "in": ["considered"]}},
            "État : pas « En réflexion », ou question non posée",
        ),
        ({"not": {"question": "posts", "in": ["under_half"]}}, "Postes : pas « Moins d’un demi-poste »"),
        ({"not": {"question": "posts", "at_least": 4}}, "sauf : Postes : « Plus de quatre postes »"),
        ({"question": "never_asked", "in": ["a"]}, "une question que cette édition ne pose pas"),
        ({"question": "posts", "in": ["removed"]}, "Postes : une réponse que cette édition ne propose pas"),
    ],
)  # fmt: skip
def test_one_condition(raw: Any, words: str) -> None:
    assert told(raw) == words


SMALL = {"question": "posts", "in": ["under_half"]}
OTHER = {"question": "label", "in": ["level1"]}
POSTS, LABEL = "Postes : « Moins d’un demi-poste »", "Label PAT : « Oui, niveau 1 (projet émergent) »"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"all": [SMALL, OTHER]}, f"{POSTS} ; et {LABEL}"),
        ({"any": [SMALL, OTHER]}, f"{POSTS} ; ou {LABEL}"),
        ({"all": [SMALL, {"all": [OTHER, SMALL]}]}, f"{POSTS} ; et {LABEL} ; et {POSTS}"),
        ({"all": [SMALL, {"any": [OTHER, SMALL]}]}, f"{POSTS} ; et ({LABEL} ; ou {POSTS})"),
        ({"all": [SMALL]}, POSTS),
        ({"not": {"all": [SMALL, OTHER]}}, f"pas toutes ces conditions à la fois : {POSTS} ; et {LABEL}"),
        ({"not": {"any": [SMALL, OTHER]}}, f"aucune de ces conditions : {POSTS} ; ou {LABEL}"),
    ],
)
def test_conditions_together(raw: Any, words: str) -> None:
    assert told(raw) == words


def every_text(said: ConditionText) -> list[str]:
    return [said.text, *(text for part in said.parts for text in every_text(part))]


def test_every_condition_of_the_definitions_is_plain_french() -> None:
    known = {one.short for one in edition().questionnaire.every.values()}
    checked = CheckedEdition(definitions(), edition())
    uses = [one for one in uses_of(checked) if written_for(checked, one)]
    assert len(uses) > 150
    for use in uses:
        said = say(use.condition, edition())
        texts = [phrase(said), *every_text(said)]
        assert any(short in texts[0] for short in known) or "«" in texts[0] or "action" in texts[0], use
        for text in texts:
            assert not re.search(r"[a-z]_[a-z]|\bs\d\b|édition ne p", text), (use, text)
            faults = [name for pattern, name in FAULTS_OF_TEXT if pattern.search(text)]
            assert not faults, (faults, text)
