"""How often one may try to log in, or ask for a link."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from flask import abort, current_app, make_response, render_template, request

from selfassess.store.attempts import Limit, attempt, forget
from selfassess.web.language import now

LOGIN, ASKING = "login", "link"
WINDOWS = {LOGIN: timedelta(minutes=15), ASKING: timedelta(hours=1)}
BY_ACCOUNT = {LOGIN: 5, ASKING: 3}
BY_ADDRESS = {LOGIN: 20, ASKING: 10}  # a whole office may come from one address


def count(act: str, email: str, rows: Iterable[Any] = ()) -> datetime:
    """Count an attempt by that e-mail and from this address, with what is written beside it; gives its instant.

    Too many already: the page that says when to try again.
    """
    at, window = now(), WINDOWS[act]
    limits = (
        Limit(_subject(act, email), BY_ACCOUNT[act], window),
        Limit(_subject(act, _address()), BY_ADDRESS[act], window),
    )
    if until := attempt(limits, at, rows):
        abort(_too_many(until, at, link=act == LOGIN))
    return at


def succeeded(email: str, at: datetime) -> None:
    """That login was no failure: the account's attempts are forgotten, and from this address, that one."""
    forget(_subject(LOGIN, email))
    forget(_subject(LOGIN, _address()), at)


def forgive(email: str) -> None:
    """Who has just chosen the password may use it at once."""
    forget(_subject(LOGIN, email))


def _too_many(until: datetime, at: datetime, *, link: bool) -> Any:
    minutes = -int((at - until).total_seconds() // 60)  # rounded up
    told = render_template("accounts/too_many.html", until=until, minutes=minutes, link=link)
    response = make_response(told, 429)
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def _address() -> str:
    """Who has one IPv6 address has its whole network of 2⁶⁴."""
    try:
        found = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(int(found) >> 64) if isinstance(found, IPv6Address) else str(found)


def _subject(act: str, who: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{act}:{who}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()
