"""What programs look for: whom to tell of a weakness (RFC 9116), and which addresses are not to be read."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, Response, abort, current_app

from selfassess.web.access import ACCESS, PUBLIC
from selfassess.web.french import now
from selfassess.web.security import PRIVATE
from selfassess.web.settings import public_address, settings

blueprint = Blueprint("well_known", __name__)
GOOD_FOR = timedelta(days=180)  # RFC 9116: less than a year, and never past; counted from the day it is read
KEPT = 24 * 3600


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """Nothing at all without a contact: one that nobody reads would be worse."""
    contact = settings().security_contact
    if not contact:
        abort(404)
    expires = datetime.combine(now().date(), time(), UTC) + GOOD_FOR
    return _told(
        f"Contact: {contact if ':' in contact else f'mailto:{contact}'}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {public_address('well_known.security')}",
    )


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Told from the table of who may reach what: pages for anyone are read, the rest is not. What somebody links to
    all the same has `X-Robots-Tag` (`web.security`)."""
    return _told("User-agent: *", *(f"Disallow: {one}" for one in sorted(_closed())), "Allow: /")


def _closed() -> set[str]:
    """Where addresses that are not for everybody begin: whole, or up to what is somebody's in them."""
    found = set()
    for rule in current_app.url_map.iter_rules():
        named = PRIVATE.intersection(rule.arguments) or {"file", "reference"}.intersection(rule.arguments)
        if named or ACCESS.get(rule.endpoint) is not PUBLIC:
            found.add(rule.rule.partition("<")[0] if named else rule.rule)
    return {one for one in found if not any(one != other and one.startswith(other) for other in found)}


def _told(*lines: str) -> Response:
    response = Response("\n".join(lines) + "\n", mimetype="text/plain")
    response.headers["Cache-Control"] = f"public, max-age={KEPT}"
    return response
