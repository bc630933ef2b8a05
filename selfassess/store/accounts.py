"""Accounts, their sessions, the links to choose a password, second factors.

Time, tokens and hashed passwords are given by the caller. E-mail addresses come in lower case.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from selfassess.store.database import WriteError, db, rows_touched, writing
from selfassess.store.models import Facilitator, Key, Membership, Network, RecoveryCode, Visit
from selfassess.store.submissions import token_hash

IDLE = timedelta(hours=12)  # a session left for longer opens nothing
LONGEST = timedelta(days=7)  # and none lives for longer
SEEN_EVERY = timedelta(minutes=5)  # how often a session in use is written
INVITATION, RESET = "invitation", "reset"
LONGEST_LABEL = 120
KEY_LIVES = {INVITATION: timedelta(days=7), RESET: timedelta(hours=1)}


# ---- Sessions ---------------------------------------------------------------------------------------------------


def open_visit(facilitator: Facilitator, token: str, browser: str, now: datetime) -> None:
    """A session opened by `token`; `browser` is how its owner will know it again. Dead ones are forgotten."""
    dead = (Visit.facilitator_id == facilitator.id, Visit.created_at < now - LONGEST)
    with writing() as session:
        session.execute(delete(Visit).where(*dead).execution_options(synchronize_session=False))
        made = Visit(hash=token_hash(token), facilitator_id=facilitator.id, created_at=now, seen_at=now)
        made.browser = browser[:80]
        session.add(made)
        came = update(Facilitator).where(Facilitator.id == facilitator.id).values(signed_in_at=now)
        session.execute(came.execution_options(synchronize_session=False))


def find_visit(token: str, now: datetime) -> Visit | None:
    """The session of a token while it lives: not revoked, not idle, the account still active."""
    whole = joinedload(Visit.facilitator).joinedload(Facilitator.networks)  # every page of the desk asks for them
    statement = select(Visit).options(whole).where(Visit.hash == token_hash(token))
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None or found.facilitator.deactivated_at is not None or not _alive(found, now):
        return None
    if now - found.seen_at > SEEN_EVERY:
        with suppress(WriteError), writing():  # a page can be read even when nothing can be written
            found.seen_at = now
    return found


def visits(facilitator: Facilitator, now: datetime) -> list[Visit]:
    """The sessions of an account that live, the last seen first."""
    found = select(Visit).where(Visit.facilitator_id == facilitator.id).order_by(Visit.seen_at.desc(), Visit.hash)
    return [one for one in db.session.scalars(found) if _alive(one, now)]


def _alive(visit: Visit, now: datetime) -> bool:
    return visit.revoked_at is None and now - visit.seen_at <= IDLE and now - visit.created_at <= LONGEST


def close_visits(facilitator: Facilitator, now: datetime, token: str | None = None) -> None:
    """Revoke the session of that token, or all of an account's."""
    with writing() as session:
        _close(session, facilitator, now, *([] if token is None else [Visit.hash == token_hash(token)]))


def close_visit(facilitator: Facilitator, visit_hash: str, now: datetime) -> None:
    """Revoke the session of that hash, if it is one of that account's."""
    with writing() as session:
        _close(session, facilitator, now, Visit.hash == visit_hash)


def _close(session: Session, facilitator: Facilitator, now: datetime, *which: ColumnElement[bool]) -> None:
    mine = (Visit.facilitator_id == facilitator.id, Visit.revoked_at.is_(None), *which)
    closed = update(Visit).where(*mine).values(revoked_at=now)
    session.execute(closed.execution_options(synchronize_session=False))


# ---- Passwords --------------------------------------------------------------------------------------------------


def make_key(facilitator_id: int, purpose: str, token: str, now: datetime, rows: Iterable[object] = ()) -> None:
    """A single-use link to choose a password, opened by `token`; `rows` are written with it. Dead ones of the account
    are forgotten."""
    dead = (Key.facilitator_id == facilitator_id, Key.expires_at < now - KEY_LIVES[INVITATION])
    with writing() as session:
        session.execute(delete(Key).where(*dead).execution_options(synchronize_session=False))
        made = Key(hash=token_hash(token), facilitator_id=facilitator_id, purpose=purpose, created_at=now)
        made.expires_at = now + KEY_LIVES[purpose]
        session.add_all([made, *rows])


def find_key(token: str) -> Key | None:
    """The link of a token, used and expired ones too."""
    return db.session.scalar(select(Key).where(Key.hash == token_hash(token)))


def choose_by_key(key: Key, password: str, now: datetime) -> bool:
    """Set the (hashed) password by that link; False when it opens nothing by now.

    Every session of the account is revoked, and its other links with this one.
    """
    living = (Key.hash == key.hash, Key.used_at.is_(None), Key.expires_at > now)
    with writing() as session:
        used = update(Key).where(*living).values(used_at=now)
        if not rows_touched(session.execute(used.execution_options(synchronize_session=False))):
            return False
        _spend(session, key.facilitator, now)
        key.facilitator.password = password
        _close(session, key.facilitator, now)
    return True


def change_password(facilitator: Facilitator, password: str, now: datetime, token: str) -> None:
    """Set the (hashed) password; every session but that of `token` is revoked, and every link to choose one."""
    with writing() as session:
        facilitator.password = password
        _close(session, facilitator, now, Visit.hash != token_hash(token))
        _spend(session, facilitator, now)


def rehash(facilitator: Facilitator, password: str) -> None:
    """The same password, hashed as one does now."""
    with writing():
        facilitator.password = password


def _spend(session: Session, facilitator: Facilitator, now: datetime) -> None:
    spent = update(Key).where(Key.facilitator_id == facilitator.id, Key.used_at.is_(None)).values(used_at=now)
    session.execute(spent.execution_options(synchronize_session=False))


# ---- Second factors: codes are verified by the caller, here is what was used -----------------------------------------
# Whatever changes a factor ends the account's other sessions.


def set_up_factor(
    facilitator: Facilitator, nonce: str, step: int, codes: Iterable[str], now: datetime, token: str = ""
) -> None:
    """From now on, codes made from `nonce` are asked for; that of `step` is used already. `codes`: new recovery codes,
    in place of the former ones. Every session but that of `token` is revoked."""
    with writing() as session:
        facilitator.totp_nonce, facilitator.totp_step, facilitator.totp_at = nonce, step, now
        _give_codes(session, facilitator, codes)
        _close(session, facilitator, now, Visit.hash != token_hash(token))


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
        _give_codes(session, facilitator, codes)
        _close(session, facilitator, now, Visit.hash != token_hash(token))


def take_factor_away(facilitator: Facilitator, now: datetime, token: str = "", rows: Iterable[object] = ()) -> None:
    """The password alone opens the account again; an administrator sets up another factor before anything else.

    `rows` are written with it. Every session but that of `token` is revoked.
    """
    with writing() as session:
        _forget_factor(session, facilitator)
        _close(session, facilitator, now, Visit.hash != token_hash(token))
        session.add_all(rows)


def _forget_factor(session: Session, facilitator: Facilitator) -> None:
    """Within a transaction."""
    facilitator.totp_nonce = facilitator.totp_step = facilitator.totp_at = None
    _give_codes(session, facilitator, ())


def _give_codes(session: Session, facilitator: Facilitator, codes: Iterable[str]) -> None:
    former = delete(RecoveryCode).where(RecoveryCode.facilitator_id == facilitator.id)
    session.execute(former.execution_options(synchronize_session=False))
    session.add_all(RecoveryCode(hash=token_hash(one), facilitator_id=facilitator.id) for one in codes)


# ---- Accounts ---------------------------------------------------------------------------------------------------
# `rows` are written in the same transaction: what tells of it.


class LastAdministratorError(Exception):
    """Without that account, nobody could administer the site."""


def find_facilitator(email: str) -> Facilitator | None:
    """The account of an address, deactivated ones too."""
    return db.session.scalar(select(Facilitator).where(Facilitator.email == email))


def find_by_id(id: int) -> Facilitator | None:
    """Likewise."""
    return db.session.get(Facilitator, id)


def accounts_of(network_id: int) -> list[Facilitator]:
    """Those that follow a network, invited ones too, by label; none that is closed."""
    mine = (Membership.network_id == network_id, Facilitator.deactivated_at.is_(None))
    found = select(Facilitator).join(Membership, Membership.facilitator_id == Facilitator.id).where(*mine)
    whole = found.options(selectinload(Facilitator.networks))
    return list(db.session.scalars(whole.order_by(Facilitator.label, Facilitator.id)))


def add_facilitator(
    email: str,
    label: str,
    networks: Iterable[Network],
    now: datetime,
    *,
    administrator: bool = False,
    rows: Iterable[object] = (),
) -> Facilitator:
    """An account without password yet, in those networks."""
    with writing() as session:
        made = Facilitator(email=email, label=label, created_at=now, networks=list(networks))
        made.administrator = administrator
        session.add_all([made, *rows])
    return made


def join(
    facilitator: Facilitator, networks: Iterable[Network], label: str, rows: Iterable[object] = ()
) -> list[Network]:
    """Add the account to those networks, under that label; gives those it was not in."""
    new = [one for one in networks if one not in facilitator.networks]
    with writing() as session:
        facilitator.label = label
        facilitator.networks = [*facilitator.networks, *new]
        session.add_all(rows)
    return new


def change_account(
    facilitator: Facilitator,
    label: str,
    networks: Iterable[Network],
    now: datetime,
    *,
    administrator: bool,
    rows: Iterable[object] = (),
) -> None:
    """What it is called, the networks it follows, and whether it administers the site: its sessions end when that
    changes. Raises LastAdministratorError."""
    with writing() as session:
        if facilitator.administrator and not administrator:
            _another_stays(session, facilitator)
        if facilitator.administrator != administrator:
            _close(session, facilitator, now)
        facilitator.label, facilitator.administrator = label, administrator
        facilitator.networks = list(networks)
        session.add_all(rows)


def reactivate(
    facilitator: Facilitator,
    label: str,
    networks: Iterable[Network],
    *,
    administrator: bool = False,
    rows: Iterable[object] = (),
) -> None:
    """Open a deactivated account again, without its former password and second factor, and in those networks only."""
    with writing() as session:
        facilitator.deactivated_at = facilitator.password = None
        _forget_factor(session, facilitator)
        facilitator.label, facilitator.administrator = label, administrator
        facilitator.networks = list(networks)
        session.add_all(rows)


def deactivate(facilitator: Facilitator, now: datetime, rows: Iterable[object] = ()) -> None:
    """From now on, nothing opens this account: no session, no link, no password. Raises LastAdministratorError."""
    with writing() as session:
        if facilitator.administrator:
            _another_stays(session, facilitator)
        facilitator.deactivated_at = now
        _close(session, facilitator, now)
        _spend(session, facilitator, now)
        session.add_all(rows)


def _another_stays(session: Session, facilitator: Facilitator) -> None:
    """Two who close each other at once wait here for one another: one of them stays."""
    usable = (Facilitator.administrator, Facilitator.deactivated_at.is_(None), Facilitator.password.is_not(None))
    found = set(session.scalars(select(Facilitator.id).where(*usable).order_by(Facilitator.id).with_for_update()))
    if found == {facilitator.id}:
        raise LastAdministratorError
