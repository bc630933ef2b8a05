"""Codes of a second factor (TOTP, RFC 6238) and those that replace one once: made, read, compared.

The key that a telephone holds is made from the secret of the site and a number at random: the database alone, or a copy
of it, gives no code (decision 0026).
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from datetime import datetime

import pyotp
import segno
from flask import current_app

from selfassess.core.answers.typed import line
from selfassess.store.models import Facilitator

PERIOD, DIGITS = 30, 6  # seconds; what every application knows
AROUND = 1  # codes accepted before and after that of the moment: clocks differ, and people type slowly
LENGTH = 20  # bytes of a key (RFC 4226)
RECOVERY_CODES, RECOVERY_LETTERS = 10, 16  # 80 bits each: nobody finds one from its hash
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # 32, none like another on paper
ISSUER = "Boussole PAT"


def new_nonce() -> str:
    return secrets.token_hex(16)


def key_of(facilitator: Facilitator, nonce: str) -> str:
    """The key of an account, in base 32."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    made = hmac.new(secret, f"totp:{facilitator.id}:{nonce}".encode(), "sha256").digest()
    return b32encode(made[:LENGTH]).decode()


def _maker(key: str) -> pyotp.TOTP:
    return pyotp.TOTP(key, digits=DIGITS, interval=PERIOD)


def step_of(key: str, code: str, at: datetime) -> int | None:
    """The step (of 30 seconds) whose code that is, around that instant; None when it is none of them."""
    made, present, found = _maker(key), int(at.timestamp()) // PERIOD, None
    for step in range(present - AROUND, present + AROUND + 1):  # all of them, in the same time
        if hmac.compare_digest(made.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def typed_code(text: str | None) -> str:
    """As it was made, however it was grouped: digits, or the letters of a recovery code."""
    return "".join(one for one in line(text or "").lower() if one not in " .-")


def address_of(key: str, email: str) -> str:
    """What an application of that telephone opens: otpauth://…"""
    return _maker(key).provisioning_uri(name=email, issuer_name=ISSUER)


def picture_of(address: str) -> str:
    """The same as a QR code, in SVG without style."""
    return segno.make_qr(address, error="m").svg_inline(scale=4, border=4, light="#fff")


def grouped(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def new_recovery_codes() -> list[str]:
    return ["".join(secrets.choice(LETTERS) for _ in range(RECOVERY_LETTERS)) for _ in range(RECOVERY_CODES)]
