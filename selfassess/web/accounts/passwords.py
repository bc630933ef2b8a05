"""Passwords: hashed with argon2, long rather than complicated."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from selfassess.store.accounts import rehash
from selfassess.store.models import Facilitator

SHORTEST, LONGEST = 12, 200
HASHER = PasswordHasher()


def hashed(password: str) -> str:
    return HASHER.hash(_plain(password))


def opens(facilitator: Facilitator | None, password: str) -> bool:
    """Is that the password of that active account? Takes as long when there is no account, or no password yet.

    Hashed with other parameters than today's, it is hashed again.
    """
    known = (facilitator and facilitator.password) or _nobody_s()
    try:
        HASHER.verify(known, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    if facilitator is None or facilitator.password is None or facilitator.deactivated_at is not None:
        return False
    if HASHER.check_needs_rehash(known):
        rehash(facilitator, hashed(password))
    return True


def fault_of(password: str, email: str) -> str | None:
    """Why that cannot be the new password of that account; None when it can."""
    if not password:
        return "Écrivez le mot de passe que vous choisissez."
    if len(_plain(password)) < SHORTEST:
        return f"Ce mot de passe est trop court : écrivez au moins {SHORTEST} caractères."
    if len(_plain(password)) > LONGEST:
        return f"Ce mot de passe est trop long : gardez au plus {LONGEST} caractères."
    if _plain(password).strip().lower() == email:
        return "Votre adresse e-mail ne peut pas être votre mot de passe : choisissez autre chose."
    return None


@cache
def _nobody_s() -> str:
    """The hash of a password that nobody has."""
    return HASHER.hash(secrets.token_urlsafe())


def _plain(password: str) -> str:
    """The same characters are the same password, whatever keyboard wrote them."""
    return unicodedata.normalize("NFKC", password)
