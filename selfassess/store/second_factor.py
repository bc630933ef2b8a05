"""Second factors of accounts: set up, used, taken away. Codes are verified by the caller; here is what was used.

Whatever changes a factor ends the account's other sessions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from selfassess.store.accounts import close_in
from selfassess.store.database import db, rows_touched, writing
from selfassess.store.models import Facilitator, RecoveryCode, Visit
from selfassess.store.submissions import token_hash


def set_up(
    facilitator: Facilitator, nonce: str, step: int, codes: Iterable[str], now: datetime, token: str = ""
) -> None:
    """From now on, codes made from `nonce` are asked for; that of `step` is used already. `codes`: new recovery codes,
    in place of the former ones. Every session but that of `token` is revoked."""
    with writing() as session:
        facilitator.totp_nonce, facilitator.totp_step, facilitator.totp_at = nonce, step, now
        _give(session, facilitator, codes)
        close_in(session, facilitator, now, Visit.hash != token_hash(token))


def use_step(facilitator: Facilitator, step: int) -> bool:
    """The code of that step is used; False when it, or a later one, was already."""
    unused = or_(Facilitator.totp_step.is_(None), Facilitator.totp_step < step)
    mine = (Facilitator.id == facilitator.id, Facilitator.totp_nonce == facilitator.totp_nonce, unused)
    with writing() as session:
        used = update(Facilitator).where(*mine).values(totp_step=step)
        return rows_touched(session.execute(used.execution_options(synchronize_session=False))) > 0


def use_recovery_code(facilitator: Facilitator, code: str) -> bool:
    """That recovery code is used; False when the account has none such, or no more."""
    mine = (RecoveryCode.hash == token_hash(code), RecoveryCode.facilitator_id == facilitator.id)
    with writing() as session:
        gone = delete(RecoveryCode).where(*mine).execution_options(synchronize_session=False)
        return rows_touched(session.execute(gone)) > 0


def codes_left(facilitator: Facilitator) -> int:
    counted = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.facilitator_id == facilitator.id)
    return db.session.scalar(counted) or 0


def give_codes(facilitator: Facilitator, codes: Iterable[str], now: datetime, token: str) -> None:
    """New recovery codes in place of the former ones; every session but that of `token` is revoked."""
    with writing() as session:
        _give(session, facilitator, codes)
        close_in(session, facilitator, now, Visit.hash != token_hash(token))


def take_away(facilitator: Facilitator, now: datetime, token: str = "", rows: Iterable[object] = ()) -> None:
    """The password alone opens the account again; an administrator sets up another factor before anything else.

    `rows` are written with it. Every session but that of `token` is revoked.
    """
    with writing() as session:
        forget(session, facilitator)
        close_in(session, facilitator, now, Visit.hash != token_hash(token))
        session.add_all(rows)


def forget(session: Session, facilitator: Facilitator) -> None:
    """Within a transaction."""
    facilitator.totp_nonce = facilitator.totp_step = facilitator.totp_at = None
    _give(session, facilitator, ())


def _give(session: Session, facilitator: Facilitator, codes: Iterable[str]) -> None:
    former = delete(RecoveryCode).where(RecoveryCode.facilitator_id == facilitator.id)
    session.execute(former.execution_options(synchronize_session=False))
    session.add_all(RecoveryCode(hash=token_hash(one), facilitator_id=facilitator.id) for one in codes)
