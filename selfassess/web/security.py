"""Cookies, forgery protection, headers of every answer, and the digest in the address of static files."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadSignature, TimestampSigner

from selfassess.web.access import ACCESS, PUBLIC
from selfassess.web.errors import Problem
from selfassess.web.floods import MOST_VALUES, allow_larger, long_address, long_form

PRIVATE = {"token", "fingerprint"}  # in an address: what it leads to is for who was given it
YEAR = 365 * 24 * 3600
DAY = 24 * 3600
POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "font", "connect")),
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",  # the address of a private link is the key
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FROM_DOCTOR = "X-From-Doctor"  # a header by which /healthz tells one of our own commands from anybody
MINUTE = 60
FIXED_ADDRESS = {".woff2", ".ttf"}  # the style sheet names them without a digest


def configuration(behind_https: bool, kept: timedelta) -> dict[str, object]:
    """A browser remembers its files as long as an untouched draft is `kept`. Forgery tokens live as long as the
    session. Referrers are never sent, so they are not checked either."""
    return {
        "SESSION_COOKIE_NAME": "boussole",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": behind_https,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": kept,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "BEHIND_HTTPS": behind_https,
        "MAX_FORM_PARTS": MOST_VALUES,
    }


def register(app: Flask) -> None:
    app.before_request(refuse_floods)  # before forgery is looked for: that already reads the form
    CSRFProtect(app)

    @app.url_defaults
    def add_digest(endpoint: str, values: dict[str, object]) -> None:
        if endpoint == "static" and values.get("v") is None:
            values["v"] = digest_of(Path(app.static_folder or "") / str(values["filename"]))

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if ACCESS.get(request.endpoint or "") is not PUBLIC or PRIVATE.intersection(request.view_args or {}):
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        if app.config["BEHIND_HTTPS"]:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
        if request.endpoint == "static" and response.status_code < 400:
            response.headers["Cache-Control"] = (
                f"public, max-age={YEAR}, immutable" if "v" in request.args else f"public, max-age={DAY}"
            )
        elif not response.cache_control.public:  # pages, PDF, ODT and exports alike hold somebody's answers
            response.headers["Cache-Control"] = "no-store"
        return response


def refuse_floods() -> None:
    if long_address():
        abort(414)
    allow_larger()
    if long_form():
        raise Problem("too_many_values")


def doctor_mark(secret: str) -> str:
    """What only who knows the secret of the site can write, good for a minute."""
    return TimestampSigner(secret, salt=FROM_DOCTOR).sign(b"").decode()


def is_from_doctor(secret: str) -> bool:
    try:
        TimestampSigner(secret, salt=FROM_DOCTOR).unsign(request.headers.get(FROM_DOCTOR, ""), max_age=MINUTE)
    except BadSignature:
        return False
    return True


@cache
def digest_of(path: Path) -> str | None:
    """Ten hexadecimal digits of the content; None for what keeps one address, or is not there."""
    if path.suffix in FIXED_ADDRESS or not path.is_file():
        return None
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
