"""A client that says « /dossier/verifier » for that page of the file it opened last, and reads addresses so.

Which file an address names is tried in tests/web/files/test_two_files.py, with addresses written whole.
"""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from selfassess.web.files.open_links import FORMER, LINKS

PLACE = re.compile(r"^(/dossier|/lecture)(?=$|[/?#])(?!/PAT-)")
NAMED = re.compile(r"(?<![a-z])(/(?:dossier|lecture))/PAT-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def short(text: str) -> str:
    """An address, or a page, without the reference of the file in addresses."""
    return NAMED.sub(r"\1", text)


class Visitor(FlaskClient):
    literal = False  # True: every address as it is written

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if args and isinstance(args[0], str):
            args = (self.whole(args[0]), *args[1:])
        return super().open(*args, **kwargs)

    def whole(self, address: str) -> str:
        """With the reference of the file opened last, to fill in or to read; as it is when there is none."""
        if self.literal or not PLACE.match(address):
            return address
        with self.session_transaction() as session:
            former, links = any(name in session for name in FORMER), session.get(LINKS, [])
        if former:  # a cookie of before: taken over at its first request
            super().open("/")
            return self.whole(address)
        wanted = (3,) if address.startswith("/lecture") else (1, 2)
        mine = [one[0] for one in links if any(one[slot] for slot in wanted)]
        return PLACE.sub(rf"\1/{mine[-1]}", address) if mine else address

    @property
    def token(self) -> str:
        """Of the file opened last: its link with the most rights."""
        with self.session_transaction() as session:
            return next(filter(None, session[LINKS][-1][1:]))
