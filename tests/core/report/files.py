"""Files that reports are drawn from: the shortest, the longest, each category alone. Territories are fictional."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import combinations
from typing import Any

from selfassess.core.answers import answers
from selfassess.core.answers.two_roles import BOTH
from selfassess.core.definition.condition import Ref
from selfassess.core.report.report import Report
from selfassess.core.report.reproduce import origin_of, produce
from selfassess.core.report.two_services import RoleDifference, RoleStatement, Services
from selfassess.core.review.acts import CONTRIBUTOR, RESPONDENT
from tests.authoring.explore.test_random_files import KINDS, explorer
from tests.definitions import definitions, edition
from tests.web.profiles import INTERCOMMUNAL

DAY = date(2026, 11, 23)
PLACE = {"name": "Communauté d'agglomération du Val de Brenne", "type": "epci", "departement": "36"}
WHOLE: dict[str, Any] = {
    "territory": {**PLACE, "population": 82410},
    "profile": "mixed",
    "lag": "member",
    "stage": "s4",
    "label": "level2",
    "governance": "multi",
    "follow_up": "indicators",
    "axes": ["canteens", "education", "supply", "social_justice"],
    "local_partners": ["associations", "producers", "chamber"],
    "services": ["catering", "education_service", "international_service"],
    "posts": "one_to_two",
    "staff_days": "from_5",
    "budget": "from_2k",
    "working_language": "elsewhere",
    "ri_service": "officer",
    "twinnings": ["members"],
    "older_policy": "none_before",
    "ri_role": "supports",
    "benefits": ["step_back", "skills"],
    "objectives": ["deepen", "compare", "train"],
    "axis_to_feed": "feed_canteens",
    "political_will": "kind",
    "load": "can_add",
    "brakes": ["brake_time", "brake_language"],
}
COMMON = {"food_content": "cross", "state": "ongoing", "leads": "food_team", "gave_time": ["pat_team"]}
EXCHANGE = {
    **COMMON,
    "label": "Visites d'étude avec Gand, Belgique",
    "device": "study_visits",
    "start": "after_plan",
    "without_it": ["less_rich"],
    "remains": ["axis", "peer"],
}
SHOWCASE = {
    **COMMON,
    "label": "Pacte de Milan",
    "device": "mufpp",
    "start": "after_plan",
    "leads": "ri_team",
    "gave_time": ["ri_time", "elected_time"],
    "without_it": ["less_known"],
    "remains": ["renown"],
}
PROJECT = {
    **COMMON,
    "label": "Interreg avec Mons, Belgique",
    "device": "interreg_cross",
    "start": "during",
    "state": "ended_recent",
    "without_it": ["less_organised"],
    "remains": ["instance", "plan", "post"],
}
FOUNDER = {
    **COMMON,
    "label": "Projet avec Turin, Italie",
    "device": "horizon",
    "start": "before_any",
    "food_start": "from_start",
    "state": "ended_old",
    "gave_time": ["partners_time"],
    "without_it": ["not_exist"],
    "remains": ["kept_partners", "instance"],
}
FOODLESS = {"label": "Jumelage avec Forlimpopoli, Italie", "device": "twinning", "food_content": "none"}
ALL = [EXCHANGE, SHOWCASE, PROJECT, FOUNDER]
NO_ACTION = ("older_policy", "ri_role", "benefits")

LONG_NAME = ("Syndicat mixte d'aménagement des vallées de la Haute-Garonne et du Comminges réunis, " * 3)[:200]
LONG_LABEL = ("Partenariat pluriannuel avec Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch, " * 3)[:200]
LONG_COMMENT = ("Nous en avons parlé avec les élus et l'équipe ; la réponse reste discutée. " * 14)[:1000]
COMMENTED = ("stage", "governance", "axes", "objectives", "brakes", "actions.0.remains", "actions.3.without_it")


def unknown() -> dict[str, Any]:
    """« Je ne sais pas » wherever it is offered, and nothing else but a name."""
    found: dict[str, Any] = {"territory": {"name": "Parc naturel régional des Hautes Landes", "type": "pnr"}}
    for question in edition().questionnaire.questions.values():
        option = next((one.id for one in question.options if one.unknown), None)
        if option:
            found[question.id] = option if question.kind == "single" else [option]
    return found


def without(*names: str, **more: Any) -> dict[str, Any]:
    return {**{name: value for name, value in WHOLE.items() if name not in names}, **more}


EARLY = without(
    *NO_ACTION,
    "label",
    territory={"name": "Communauté de communes des Trois Vals", "type": "epci", "population": 24300},
    stage="s1",
    actions=[],
    posts="under_half",
    staff_days="under_5",
    budget="under_2k",
    working_language="nobody",
    ri_service="nobody_ri",
    political_will="no_will",
    twinnings=["no_twinning"],
    governance="no_body",
)
PETR = {"name": "PETR du Pays des Sources", "type": "petr", "band": "from_50k", "population": 50000}
ALONE = {"exchange": EXCHANGE, "showcase": SHOWCASE, "project": PROJECT, "founder": FOUNDER}
PAIRS = {f"{one}_{two}": [ALONE[one], ALONE[two]] for one, two in combinations(ALONE, 2)}
FILES: dict[str, dict[str, Any]] = {
    "early": EARLY,
    "twinning_and_project": {**WHOLE, "actions": [FOODLESS, PROJECT]},
    "petr_four_actions": {**WHOLE, "border": "far", "territory": PETR, "actions": ALL},
    "unknown": unknown(),
    "nothing": {},
    "longest": {
        **WHOLE,
        "border": "far",
        "territory": {"name": LONG_NAME, "type": "mixed_body", "band": "from_50k", "population": 50000},
        "actions": [{**one, "label": LONG_LABEL} for one in ALL],
    },
    **{name: {**WHOLE, "actions": [one]} for name, one in ALONE.items()},
    **{name: {**WHOLE, "actions": pair} for name, pair in PAIRS.items()},
    "open": without(*NO_ACTION, actions=[]),
    "full": without(*NO_ACTION, load="full", actions=[]),
    "paused": without(*NO_ACTION, load="paused", actions=[]),
    "metropole": INTERCOMMUNAL,  # its first sheet does not fit where the profile ends
    "two_services": without("ri_service", "budget", actions=[FOODLESS, {**PROJECT, "leads": "ri_team"}]),
}
OURS, THEIRS = "Coordination du PAT", "Service des relations internationales et européennes"


def difference(ref: Ref, mine: Any, other: Any, chosen: str | None, comment: str = "") -> RoleDifference:
    said = RoleStatement(RESPONDENT, OURS, mine, ""), RoleStatement(CONTRIBUTOR, THEIRS, other, comment)
    return RoleDifference(ref, said, chosen)


SERVICES = {
    "two_services": Services(
        {Ref(question="stage"): OURS, Ref(question="leads", item="1"): THEIRS, Ref(question="posts"): THEIRS},
        (
            difference(Ref(question="posts"), "one_to_two", "one_to_two", BOTH),
            difference(Ref(question="budget"), "from_2k", "over_50k", None, LONG_COMMENT),
            difference(Ref(question="ri_service"), "officer", "department", None),
            difference(Ref(question="leads", item="1"), "food_team", "ri_team", CONTRIBUTOR, "Convention signée."),
        ),
        OURS,
    )
}
COMMENTS = {
    "longest": dict.fromkeys(COMMENTED, LONG_COMMENT),
    "petr_four_actions": {"governance": "Comité réuni deux fois.", "actions.1.remains": "Un marché a été réécrit."},
}


def report_of(
    given: dict[str, Any], comments: dict[str, str] | None = None, day: date = DAY, services: Services | None = None
) -> Report:
    found, faults = answers.read(edition().questionnaire, given)
    assert not faults
    origin = origin_of(edition().questionnaire, found, comments or {}, services or Services())
    return produce(definitions(), edition(), origin, day)


@cache
def report(name: str) -> Report:
    """Of a file of this module, or of one made at random: « uniform_3 », « plausible_12 »."""
    kind, _, at = name.rpartition("_")
    if kind in KINDS:
        return report_of(explorer().answers(kind, int(at)))
    return report_of(FILES[name], COMMENTS.get(name), services=SERVICES.get(name))
