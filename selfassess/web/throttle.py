"""How often one may try to log in, ask for a link, or do what writes to people: from one address, to one recipient;
and to begin files, ask for reports, try links: from one address and from all, in an hour (LIMIT_…)."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from flask import Response, abort, current_app, make_response, render_template, request

from selfassess.store.attempts import Limit, attempt, count_in_hour, forget
from selfassess.web.french import french, now, several
from selfassess.web.given_back import given_back, sent_again
from selfassess.web.log_lines import record, request_id
from selfassess.web.settings import settings

LOGIN, CODE, ASKING, SENDING, SHARING = "login", "code", "link", "send", "share"
HOUR = timedelta(hours=1)
WINDOWS = {LOGIN: timedelta(minutes=15), CODE: timedelta(minutes=15), ASKING: HOUR, SENDING: HOUR, SHARING: HOUR}
BY_ACCOUNT = {LOGIN: 5, CODE: 5, ASKING: 3, SENDING: 10}  # or by recipient: nobody has proved that an address is theirs
# Passwords tried on one account from everywhere: after five, one more each time this has passed. Who guesses has 2,880
# a day; its owner is never locked out by others, and does not wait at all in a browser that has entered it before.
SPACING = timedelta(seconds=30)
# A whole office may come from one address; so does a training room: thirty people who each send, take back and send
# again, with a link for each service.
BY_ADDRESS = {LOGIN: 20, CODE: 20, ASKING: 10, SENDING: 120, SHARING: 300}


def count(act: str, email: str, rows: Iterable[object] = ()) -> datetime:
    """Count an attempt by that e-mail and from this address, with what is written beside it; gives its instant.

    Too many already: the page that says when to try again.
    """
    return _count(act, _limits(act, email), rows)


def count_login(email: str, mark: str) -> datetime:
    """Likewise of a password, whether it turns out right or not. `mark`: that this browser has entered the account."""
    limits = [
        Limit(_subject(LOGIN, _address()), BY_ADDRESS[LOGIN], WINDOWS[LOGIN]),
        Limit(_pair(email), BY_ACCOUNT[LOGIN], WINDOWS[LOGIN]),
        Limit(_subject(LOGIN, f"mark:{mark}"), BY_ACCOUNT[LOGIN], WINDOWS[LOGIN])
        if mark
        else Limit(_subject(LOGIN, email.lower()), BY_ACCOUNT[LOGIN], WINDOWS[LOGIN], SPACING),
    ]
    return _count(LOGIN, limits)


def _count(act: str, limits: list[Limit], rows: Iterable[object] = ()) -> datetime:
    at = now()
    if until := attempt(limits, at, rows):
        record("slowed", what=act)
        abort(_too_many(until, at, act))
    return at


def count_demand(demand: str, back: str = "") -> None:
    """Count one more file begun, report asked for, or link that opens nothing, from this address and from all; or the
    page that says when to ask again, with what was typed, and leads `back`. One statement."""
    most, at = settings().limits[demand], now()
    every, here = _subject(demand, "every"), _subject(demand, f"from:{_address()}")
    if until := count_in_hour({every: most.overall, here: most.by_address}, at):
        record("slowed", what=demand)
        abort(_too_many_demands(demand, until, at, back))


def _too_many_demands(demand: str, until: datetime, at: datetime, back: str) -> Response:
    told = render_template(
        "errors/too_many.html",
        demand=demand,
        until=until,
        minutes=_minutes(until, at),
        given=given_back(),
        again=sent_again(),
        way_back=back,
        request_id=request_id(),
        first=french(f"Attendez {several(_minutes(until, at), 'minute')}."),
    )
    return _refused(told, until, at)


def minutes_left(act: str, email: str = "") -> int:
    """Count one more from this address, and to that recipient if any: 0; or how long to wait, nothing being counted."""
    at = now()
    until = attempt(_limits(act, email), at)
    if until:
        record("slowed", what=act)
    return _minutes(until, at) if until else 0


def _limits(act: str, email: str) -> list[Limit]:
    limits = [Limit(_subject(act, _address()), BY_ADDRESS[act], WINDOWS[act])]
    if email:
        limits.append(Limit(_subject(act, email.lower()), BY_ACCOUNT[act], WINDOWS[act]))
    return limits


def _minutes(until: datetime, at: datetime) -> int:
    return -int((at - until).total_seconds() // 60)  # rounded up


def succeeded(email: str, at: datetime, mark: str = "") -> None:
    """That login was no failure: the account's attempts are forgotten, and from this address, that one."""
    forgive(email)
    forget(_subject(LOGIN, f"mark:{mark}"))
    forget(_subject(LOGIN, _address()), at)


def right_code(email: str, at: datetime) -> None:
    """Likewise of a code, whose own count knows no mark: only who has the password gets that far."""
    forget(_subject(CODE, email))
    forget(_subject(CODE, _address()), at)


def forgive(email: str) -> None:
    """Who has just chosen the password may use it at once."""
    forget(_subject(LOGIN, email))
    forget(_pair(email))


def _too_many(until: datetime, at: datetime, act: str) -> Response:
    minutes = _minutes(until, at)
    told = render_template("accounts/too_many.html", until=until, minutes=minutes, act=act, request_id=request_id())
    return _refused(told, until, at)


def _refused(told: str, until: datetime, at: datetime) -> Response:
    response = make_response(told, 429)
    response.headers["Retry-After"] = str(-int((at - until).total_seconds() // 1))  # rounded up
    return response


def _address() -> str:
    """Who has one IPv6 address has its whole network of 2⁶⁴."""
    try:
        found = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or int(found) >> 64)  # a server that takes both kinds writes ::ffff:192.0.2.1
    return str(found)


def _pair(email: str) -> str:
    """One address trying one account: refused there, it counts nothing against the account."""
    return _subject(LOGIN, f"{_address()} {email.lower()}")


def _subject(act: str, who: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{act}:{who}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()
