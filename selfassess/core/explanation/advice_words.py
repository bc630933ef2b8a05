"""What is said of a device in few words: its bands, and the one reason page one gives."""

from __future__ import annotations

from collections.abc import Sequence

from selfassess.core.explanation.devices import Told
from selfassess.core.reading.reading import Reading
from selfassess.core.reading.recommendation import Advice


def bands(reading: Reading, advice: Advice, short: bool = False) -> dict[str, str]:
    """Bands of `cost` and `days` (empty when no axis shows them); `short`, in few words."""
    found = {"cost": "", "days": ""}
    for axis in reading.edition.means.axes:
        if axis.shown:
            said = axis.short if short and axis.short else axis.scale
            found[axis.shown] = said[advice.device.demands.get(axis.id, 0)]
    return found


def first_reason(advice: Advice, told: Sequence[Told]) -> Told | None:
    """The one reason said in short: what bars when the device is to leave, what speaks for it otherwise."""
    if advice.verdict in {"pas_maintenant", "non_ouvert"}:
        wanted, order = "against", {"door": 0, "closed": 0, "lead": 0, "gap": 1, "nothing": 2}
    else:
        wanted, order = "for", {"objective": 0, "in_place": 0, "asset": 1, "fit": 2, "eased": 3, "territory": 4}
    chosen = [one for one in told if one.why.side == wanted and one.reason.kind in order]
    missing = [one for one in told if one.why.side == "unknown" and one.reason.decides]
    return min(chosen, key=lambda one: order[one.reason.kind], default=next(iter(missing), None))
