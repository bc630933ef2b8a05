"""What is said of a device in few words: its bands, the reason page one gives, when to look again."""

from __future__ import annotations

import re

from selfassess.core.reading import Reading
from selfassess.core.recommendation import Advice


def bands(reading: Reading, advice: Advice, short: bool = False) -> dict[str, str]:
    """Bands of `cost` and `days` (empty when no axis shows them); `short`, in few words."""
    found = {"cost": "", "days": ""}
    for axis in reading.edition.means.axes:
        if axis.shown:
            said = axis.short if short and axis.short else axis.scale
            found[axis.shown] = said[advice.device.demands.get(axis.id, 0)]
    return found


def later(reading: Reading, advice: Advice) -> str:
    """« À revoir quand … »: what bars the device, said as what would have to change; empty when nothing does."""
    means = reading.edition.means
    closing = [rule.closes for rule in reading.edition.typology.remainder.readings if rule.closes is not None]
    axes = {axis.id: axis.later for axis in means.axes}
    told: list[str] = []
    for one in advice.reasons:
        if one.favourable != "against":
            continue
        if one.kind == "gap" and one.axis:
            told.append(axes[one.axis])
        elif one.kind == "lead":
            told.append(means.lead_floor.later)
        elif one.kind == "closed":
            told.extend(closes.later for closes in closing if closes.text == one.text)
        elif one.kind == "nothing":
            told.append(means.ranking.later)
    return f"À revoir quand {' et quand '.join(dict.fromkeys(told))}." if told else ""


def first_reason(advice: Advice) -> str:
    """The one reason page one gives, in one sentence: what bars when it is to leave, what speaks for it
    otherwise. Of a list of objectives, the first; of what is in place, that it is."""
    if advice.verdict in {"pas_maintenant", "non_ouvert"}:
        wanted, order = "against", {"door": 0, "closed": 0, "lead": 0, "gap": 1, "nothing": 2}
    else:
        wanted, order = "for", {"objective": 0, "in_place": 0, "asset": 1, "fit": 2, "eased": 3}
    chosen = sorted((one for one in advice.reasons if one.favourable == wanted), key=lambda one: order.get(one.kind, 4))
    unknown = [one.text for one in advice.reasons if one.favourable == "unknown"]
    if not chosen and unknown:
        return unknown[0]
    text = chosen[0].text if chosen else advice.device.summary
    if chosen and chosen[0].kind == "in_place":
        text = re.split(r"\s:\s", text)[0]
    return re.split(r"\.\s|\s;\s", text)[0].rstrip(".") + "."
