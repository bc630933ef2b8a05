"""Same answers, same bytes, in every process: what a set holds in one order here, it holds in another there."""

from __future__ import annotations

import pytest

from selfassess.core.answers.answers import read
from tests.definitions import edition
from tests.seeded import SEEDS, end, start

DRAWN = [f"{kind}_{at}" for at in range(100) for kind in ("uniform", "plausible")]


def test_faults_are_told_in_the_order_of_the_file() -> None:
    """Eight words a set would hold in one order in 40 320."""
    strange = [f"key{at}" for at in range(8)]
    for names in (strange, strange[::-1]):
        given = {"before": 1, "territory": {"name": "Val", **dict.fromkeys(names, 0)}, "after": 1}
        told = [one.path for one in read(edition().questionnaire, given)[1]]
        assert told == ["answers.before", *(f"answers.territory.{one}" for one in names), "answers.after"]


@pytest.mark.long
@pytest.mark.parametrize("first", range(0, len(DRAWN), 50))
def test_two_hundred_pdfs_are_drawn_the_same_in_every_process(first: int) -> None:
    names = DRAWN[first : first + 50]
    one, other = (end(each) for each in [start(seed, "pdf", names) for seed in SEEDS])
    assert [name for name in names if one[name] != other[name]] == []
