"""Reports with every free field filled at random: alphabets drawn and not, emoji, marks, runs without a space."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from selfassess.core.answers.typed import line, lines
from selfassess.core.report.network_reading import lay
from selfassess.core.report.report import Report
from selfassess.core.report.two_services import RoleDifference, RoleStatement, Services
from selfassess.core.review.acts import Judgement, Remark
from tests.core.report import files
from tests.core.report.reviewed import DAY, judged, review_of

# Alphabets the PDF draws, then others, signs, marks, emoji and flags, bullets of other programs, nothing at all.
RANGES = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x180, 0x24F), (0x1E00, 0x1EFF), (0x370, 0x3FF), (0x1F00, 0x1FFF), (0x400, 0x52F),
    (0x5D0, 0x5EA), (0x591, 0x5F4), (0x620, 0x64A), (0x600, 0x6FF), (0x750, 0x77F),
    (0x900, 0xDFF), (0xE00, 0xEFF), (0x1100, 0x11FF), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3),
    (0x250, 0x2FF), (0x300, 0x36F), (0x2000, 0x2BFF), (0xA000, 0xABFF), (0xFB00, 0xFFFD), (0xE000, 0xF8FF),
    (0x1F1E6, 0x1F1FF), (0x1F300, 0x1FAFF), (0x10000, 0x1FFFF), (0x20000, 0x10FFFF), (0x0, 0xFFFF),
]  # fmt: skip
JOINED = ["👨‍👩‍👧", "1️⃣", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "❤️", "👍🏽", "q̣̇", "\uf0b7\t"]
NAME, TEXT = 200, 1000  # letters, at most


def scribble(random: Random, longest: int) -> str:
    """Words, or one word, of letters of a few ranges."""
    found, few = "", random.sample(RANGES, random.randint(1, 5))
    together = random.random() < 0.2
    for _ in range(random.choice([random.randint(1, 60), random.randint(1, longest)])):
        start, end = random.choice(few)
        one = random.choice(JOINED) if random.random() < 0.02 else chr(random.randint(start, end))
        found += "" if unicodedata.category(one[0]) == "Cs" else one
        if not together and random.random() < 0.15:
            found += random.choice(["  ", "\n", "\t", "\u2028", " "])
    return found


def scribbled(seed: int) -> tuple[Report, list[str]]:
    """A report, and what its fields hold."""
    random, typed = Random(seed), list[str]()  # noqa: S311  no secret

    def short() -> str:
        typed.append(line(scribble(random, NAME))[:NAME].strip() or "x")
        return typed[-1]

    def long() -> str:
        typed.append(lines(scribble(random, TEXT))[:TEXT].strip() or "x")
        return typed[-1]

    name = random.choice(["petr_four_actions", "two_services", "early", "twinning_and_project"])
    given: dict[str, Any] = files.FILES[name]
    given = {**given, "territory": {"name": short(), "type": "petr", "departement": "01"}}
    given["actions"] = [{**one, "label": short()} for one in given["actions"]]
    usual = files.SERVICES.get(name, Services())
    services = Services(usual.authors, tuple(_retold(one, short(), long()) for one in usual.differences), usual.usual)
    comments = {key: long() for key in ("territory", "stage", "governance", "axes", "brakes")}
    if name.startswith("petr"):
        comments["actions.0.remains"] = long()
    report = files.report_of(given, comments, services=services)
    if seed % 3 == 0:
        said = judged(report, long())
        said = Judgement(said.at, said.actor, said.categories, said.devices, said.order_reason, long())
        report = lay(report, review_of(report, said, Remark(DAY, short(), "stage", long())), short(), DAY)
    return report, typed


def _retold(one: RoleDifference, who: str, comment: str) -> RoleDifference:
    mine, other = one.said
    return RoleDifference(one.ref, (mine, RoleStatement(other.role, who, other.value, comment)), one.chosen)


def letters(texts: Iterator[str] | list[str]) -> Counter[str]:
    """The letters of texts, each apart from its marks."""
    whole = "".join(texts)
    return Counter(one for one in unicodedata.normalize("NFD", whole) if unicodedata.category(one)[0] == "L")
