"""Reports with a network's reading laid over: confirmed, changed, and as long as can be."""

from __future__ import annotations

from functools import cache

from selfassess.core.report.network_reading import lay
from selfassess.core.report.report import Report
from selfassess.core.review.acts import (
    CLARIFICATION,
    SUBMITTED,
    VALIDATED,
    Judgement,
    PastAct,
    Remark,
    Review,
)
from tests.core.report import files

DAY = "2027-03-03"
WHO = "Animation du Réseau Val fictif"
NETWORK = "Réseau Val fictif"
LONG_NETWORK = ("Réseau fictif des territoires engagés pour une alimentation durable et de proximité, " * 2)[:120]
LONG_REASON = ("L'équipe nous a montré le compte rendu ; l'action a bien précédé le plan. " * 15)[:1000]
VALIDATE = PastAct(9, f"{DAY}T10:00:00+00:00", "facilitator", WHO, "validate")


def remark(key: str, text: str = "Pouvez-vous joindre le compte rendu ?") -> Remark:
    return Remark(DAY, WHO, key, text)


def judged(report: Report, reason: str = "Vu sur place.", every: bool = False) -> Judgement:
    """A reading that turns the first category over (`every`: each of them), and the order of the devices."""
    some = report.categories if every else report.categories[:1]
    told = {one.id: (one.verdict != "assigned", reason) for one in some}
    devices = tuple(one.id for one in report.devices if one.verdict != "non_ouvert")
    order = (devices[-1], devices[0]) if len(devices) > 1 else ()
    return Judgement(DAY, WHO, told, order, reason, reason)


def review_of(report: Report, judgement: Judgement | None, *remarks: Remark, state: str = VALIDATED) -> Review:
    assert state in {SUBMITTED, CLARIFICATION, VALIDATED}
    validated = VALIDATE if state == VALIDATED else None
    return Review(state=state, remarks=remarks, judgement=judgement, validated=validated)


def keys(report: Report) -> list[str]:
    return [row.key for group in report.answers for row in group.rows]


@cache
def reviewed(name: str, kind: str = "changed") -> Report:
    """`kind`: confirmed, changed, longest, under_way."""
    report = files.report(name)
    if kind == "confirmed":
        return lay(report, review_of(report, None), NETWORK, DAY)
    if kind == "longest":
        remarks = [remark("", LONG_REASON), *(remark(key, LONG_REASON) for key in keys(report)[:6])]
        said = judged(report, LONG_REASON, every=True)
        return lay(report, review_of(report, said, *remarks), LONG_NETWORK, DAY)
    remarks = [remark(""), remark(keys(report)[0]), remark("actions.gone.remains")]
    state = SUBMITTED if kind == "under_way" else VALIDATED
    return lay(report, review_of(report, judged(report), *remarks, state=state), NETWORK, DAY)
