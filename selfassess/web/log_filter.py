"""What a log may hold: what broke, and where in the code. Never what a person typed, nor the address they came by.

An error's own words may quote both: a database names the value it refuses, a server the request it could not read. So
none of them is ever written, whichever library logs it: `hush()` is called where the site is made.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

# What the server that runs us, Flask and Werkzeug say with the address of the page.
WITH_AN_ADDRESS = re.compile(r"(Invalid request|Error handling request|Exception on)\b.*", re.DOTALL)
REQUEST_LINE = re.compile(r"\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S+")


log = logging.getLogger(__name__)


class WordlessRecord(logging.LogRecord):
    """A record without the words of an error: its kind, and the lines of code it went through."""

    def __init__(self, *given: Any) -> None:  # as logging gives them: the types are its own, and private
        super().__init__(*given)
        if isinstance(self.exc_info, tuple) and self.exc_info[1] is not None:
            self.exc_text, self.exc_info = came_from(self.exc_info[1]), None
        if isinstance(self.msg, BaseException):
            self.msg = type(self.msg).__name__
        if isinstance(self.args, tuple):
            self.args = tuple(type(one).__name__ if isinstance(one, BaseException) else one for one in self.args)

    def getMessage(self) -> str:  # noqa: N802  the name that logging gives it
        told = WITH_AN_ADDRESS.sub(r"\1", super().getMessage())
        return REQUEST_LINE.sub(r"\1", told)


def came_from(error: BaseException) -> str:
    """The kind of an error and the places it went through, without their text; likewise for those it comes from."""
    found, told = list[str](), set[int]()
    left: BaseException | None = error
    while left is not None and id(left) not in told:
        told.add(id(left))
        lines = [
            f"  {one.filename}, line {one.lineno}, in {one.name}" for one in traceback.extract_tb(left.__traceback__)
        ]
        found.append("\n".join([type(left).__name__, *lines]))
        left = left.__cause__ or (None if left.__suppress_context__ else left.__context__)
    return "\nfrom ".join(found)


def hush() -> None:
    """From now on in this process, whoever logs."""
    logging.setLogRecordFactory(WordlessRecord)


def hush_faults() -> None:
    """And whatever stops a command or a thread: for the processes of the site, where nobody else looks at them."""
    sys.excepthook = _stopped
    threading.excepthook = lambda args: _stopped(args.exc_type, args.exc_value, args.exc_traceback)


def _stopped(kind: type[BaseException], error: BaseException | None, where: TracebackType | None) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), where)
    elif not issubclass(kind, SystemExit):
        log.critical("Stopped by %s", came_from(error))
