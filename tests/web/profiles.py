"""Three files, in the shape that `evaluate` reads (territories: official ones whole, the other as the forms ask)."""

from __future__ import annotations

from typing import Any

MEANS = {"posts": "one_to_two", "staff_days": "from_5", "budget": "from_2k", "working_language": "english_in_team"}
WILL = {"political_will": "kind", "load": "can_add", "brakes": ["brake_time", "brake_start"]}
PAT = {
    "label": "level2",
    "governance": "multi",
    "follow_up": "indicators",
    "axes": ["canteens", "production"],
    "local_partners": ["associations", "producers"],
    "services": ["economy"],
}

EARLY: dict[str, Any] = {
    "territory": {
        "code": "C06084",
        "name": "Mouans-Sartoux",
        "type": "commune",
        "departement": "06",
        "population": 11015,
    },
    "profile": "periurban",
    "lag": "unknown",
    "stage": "s1",
    **PAT,
    "label": "level1",
    **MEANS,
    "ri_service": "nobody_ri",
    "twinnings": ["no_twinning"],
    "actions": [],
    "objectives": ["recognition"],
    "axis_to_feed": "feed_canteens",
    "wish": ["italy"],
    **WILL,
}

TWINNING = {"label": "Jumelage avec Essen, Allemagne", "device": "twinning", "food_content": "none"}
PROJECT = {
    "label": "Projet FoodCorridors, Europe",
    "device": "urbact",
    "food_content": "cross",
    "start": "during",
    "state": "ended_recent",
    "leads": "food_team",
    "gave_time": ["pat_team", "partners_time"],
    "without_it": ["less_organised", "less_rich"],
    "remains": ["plan", "peer"],
}

INTERCOMMUNAL: dict[str, Any] = {
    "territory": {
        "code": "E200040715",
        "name": "Grenoble-Alpes-Métropole",
        "type": "metropole",
        "departement": "38",
        "population": 450608,
    },
    "profile": "urban",
    "lag": "outside",
    "stage": "s4",
    **PAT,
    **MEANS,
    "ri_service": "department",
    "twinnings": ["own", "members"],
    "actions": [TWINNING, PROJECT],
    "older_policy": "existed",
    "ri_role": "supports",
    "benefits": ["step_back", "skills"],
    "objectives": ["deepen", "compare", "funders"],
    "axis_to_feed": "feed_production",
    **WILL,
}

RURAL: dict[str, Any] = {
    "territory": {
        "name": "PETR du Pays de Bray",
        "type": "petr",
        "departement": "76",
        "population": "from_50k",
    },
    "profile": "rural",
    "border": "near",
    "lag": "member",
    "stage": "s5",
    **PAT,
    **MEANS,
    "ri_service": "officer",
    "twinnings": ["unknown"],
    "actions": [
        PROJECT,
        {**PROJECT, "label": "Coopération LEADER avec le Hainaut, Belgique", "device": "leader", "state": "ongoing"},
        {
            **PROJECT,
            "label": "Jumelage avec Rothenburg, Allemagne",
            "device": "twinning",
            "start": "before_any",
            "food_start": "from_start",
        },
        {**TWINNING, "label": "Visite d’étude à Turin, Italie", "device": "study_visits"},
    ],
    "older_policy": "none_before",
    "ri_role": "informs",
    "benefits": ["no_benefit"],
    "objectives": ["unknown"],
    "axis_to_feed": "unknown",
    "political_will": "carried",
    "load": "full",
    "brakes": ["no_brake"],
}

GROUP = "actions"
ALL = {"early": EARLY, "intercommunal": INTERCOMMUNAL, "rural": RURAL}
