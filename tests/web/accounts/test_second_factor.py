"""A second factor: codes of a real clock and of a fixed one, half-way in, set up, recovered, taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from selfassess.store import accounts
from selfassess.store.database import db, writing
from selfassess.store.models import Facilitator, RecoveryCode
from selfassess.web import throttle
from selfassess.web.accounts import one_time_codes
from selfassess.web.files import half_way
from selfassess.web.french import now
from tests.apart import ApartClient
from tests.desk import a_facilitator, a_network, log_in
from tests.fixtures.stores import BOTH
from tests.web.accounts.test_accounts import (
    ACCOUNT,
    DESK,
    EMAIL,
    LOGIN,
    SECRET,
    csrf,
    enter,
    press,
    with_password,
)
from tests.web.walker import Walker

FORMER = "auparavant"
CODE, FIRST = f"{LOGIN}/code", f"{LOGIN}/double-authentification"
ENROLMENT, CODES, REMOVAL = (
    f"{ACCOUNT}/double-authentification", f"{ACCOUNT}/codes-de-secours", f"{ACCOUNT}/double-authentification/retirer",
)  # fmt: skip  # as many as a line holds
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
NONCE = "0" * 32


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    made = make_app()
    made.test_client_class = ApartClient
    return made


@pytest.fixture
def member(app: Flask) -> Iterator[Facilitator]:
    """An account with a password and a second factor, in one network."""
    with app.app_context():
        made = with_password(a_facilitator(a_network(), email=EMAIL))
        accounts.set_up_factor(made, NONCE, 0, ["a" * 16, "b" * 16], now())
        yield made


@pytest.fixture
def administrator(app: Flask) -> Iterator[Facilitator]:
    """One who has a password only."""
    with app.app_context():
        made = with_password(a_facilitator(email="administration@site.example"))
        with writing():
            made.administrator = True
        yield made


def application(member: Facilitator, nonce: str = NONCE) -> pyotp.TOTP:
    """What its telephone holds."""
    return pyotp.TOTP(one_time_codes.key_of(member, nonce))


def give(walker: Walker, code: str, selector: str = "#code-form", **more: str) -> Walker:
    form = walker.form(selector)
    for name, value in {"code": code, **more}.items():
        form.fill(name, value)
    walker.send(form, None)
    return walker


def shown_key(walker: Walker) -> pyotp.TOTP:
    return pyotp.TOTP(walker.page.css_first("details code").text().replace(" ", ""))


# ---- Codes ------------------------------------------------------------------------------------------------------


def test_the_codes_of_the_standard() -> None:
    """RFC 6238, appendix B (SHA-1), the last six digits."""
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for at, code in ((59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")):
        assert one_time_codes.step_of(key, code, datetime.fromtimestamp(at, UTC)) == at // 30


@pytest.mark.parametrize(("late", "good"), [(-60, False), (-30, True), (0, True), (29, True), (30, True), (60, False)])
def test_a_code_serves_a_step_before_and_after_its_own(late: int, good: bool) -> None:
    key = pyotp.random_base32()
    code = pyotp.TOTP(key).at(NOON)
    found = one_time_codes.step_of(key, code, NOON + timedelta(seconds=late))
    assert found == (int(NOON.timestamp()) // 30 if good else None)


@pytest.mark.parametrize("code", ["", "1", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\ud800"])
def test_what_is_no_code(code: str) -> None:
    assert one_time_codes.step_of(pyotp.random_base32(), one_time_codes.typed_code(code), NOON) is None


def test_the_key_is_of_an_account_a_number_and_a_secret(app: Flask, member: Facilitator) -> None:
    """It changes with the account, the number at random, the secret of the site."""
    other = a_facilitator(email="autre@reseau.example")
    keys = {
        one_time_codes.key_of(member, NONCE),
        one_time_codes.key_of(other, NONCE),
        one_time_codes.key_of(member, "1"),
    }
    app.config["SECRET_KEY"] = "another"
    keys.add(one_time_codes.key_of(member, NONCE))
    assert len(keys) == 4
    assert {len(one) for one in keys} == {32}


def test_recovery_codes_are_many_and_long() -> None:
    made = one_time_codes.new_recovery_codes()
    assert len(set(made)) == 10
    assert {len(one) for one in made} == {16}
    assert {one_time_codes.typed_code(one_time_codes.grouped(each).upper()) for each in made} == set(made)


# ---- Coming in --------------------------------------------------------------------------------------------------


def test_in_with_a_code(walker: Walker, member: Facilitator) -> None:
    enter(walker)
    assert walker.path == CODE
    code = application(member).now()
    give(walker, f"{code[:3]} {code[3:]}")
    assert walker.path == ACCOUNT
    assert "Activée le" in walker.text


def test_half_way_in_opens_nothing(walker: Walker, member: Facilitator) -> None:
    enter(walker)
    for address in (
        DESK,
        ACCOUNT,
        ENROLMENT,
        CODES,
        REMOVAL,
        f"{ACCOUNT}/mot-de-passe",
        f"{DESK}/dossiers/PAT-0000-0000",
    ):
        answer = walker.client.get(address)
        assert answer.status_code == 303, address
        assert answer.location.startswith(LOGIN)
    walker.get(FIRST)
    assert walker.path == CODE  # never another factor in place of the one there is
    token = csrf(walker, CODE)
    with walker.client.session_transaction() as kept:
        assert "_user_id" not in kept
        kept["factor"] = "1" * 32
    planted = application(member, "1" * 32).now()
    assert walker.client.post(FIRST, data={"csrf_token": token, "code": planted}).location == FIRST
    db.session.refresh(member)
    assert member.totp_nonce == NONCE


def test_without_a_password_nobody_is_asked_for_a_code(walker: Walker, member: Facilitator) -> None:
    for address in (CODE, FIRST):
        walker.get(address)
        assert walker.path == LOGIN
    token = csrf(walker, LOGIN)
    answer = walker.client.post(CODE, data={"csrf_token": token, "code": application(member).now()})
    assert walker.client.get(ACCOUNT).status_code == 303
    assert answer.status_code == 401


def test_half_way_ends_with_time_with_the_password_with_the_account(
    walker: Walker, member: Facilitator, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(walker)
    monkeypatch.setattr(half_way, "now", lambda: now() + timedelta(minutes=10, seconds=1))
    assert walker.client.get(CODE).status_code == 303
    monkeypatch.setattr(half_way, "now", lambda: now() - timedelta(seconds=30))
    assert walker.client.get(CODE).status_code == 303  # nor before it began
    monkeypatch.undo()
    assert walker.client.get(CODE).status_code == 200
    accounts.rehash(member, "another")
    assert walker.client.get(CODE).status_code == 303
    with_password(member)
    enter(walker)
    accounts.deactivate(member, now())
    assert walker.client.get(CODE).status_code == 303


def test_each_step_begins_another_session(walker: Walker, member: Facilitator) -> None:
    """What somebody had planted in this browser, or seen of it half-way, is worth nothing once it is in."""
    walker.get(LOGIN)
    with walker.client.session_transaction() as kept:
        kept["planted"] = True
    enter(walker)
    with walker.client.session_transaction() as kept:
        assert "planted" not in kept
    half = walker.client.get_cookie("boussole")
    assert half is not None
    spent = application(member).now()
    give(walker, spent)
    with walker.client.session_transaction() as kept:
        assert "half" not in kept
        whole = kept["_user_id"]
    copy = Walker(walker.app)
    copy.client.set_cookie("boussole", half.value)
    copy.get(CODE)
    give(copy, spent)
    assert copy.errors
    assert "déjà servi" in copy.errors[0]
    assert accounts.find_visit(whole, now())


def test_a_code_serves_once(walker: Walker, member: Facilitator) -> None:
    enter(walker)
    code = application(member).now()
    give(walker, code)
    press(walker.get(ACCOUNT) and walker, "/reseau/deconnexion")
    enter(walker)
    give(walker, code)
    assert walker.response.status_code == 422
    assert "déjà servi" in walker.errors[0]
    assert walker.form("#code-form").values["code"] == code
    give(walker, application(member).at(datetime.now(UTC), counter_offset=1))  # the one after
    assert walker.path == ACCOUNT


@pytest.mark.stores(*BOTH)
def test_of_two_at_once_one_serves(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        made = with_password(a_facilitator(a_network(), email=EMAIL))
        accounts.set_up_factor(made, NONCE, 0, ["c" * 16], now())
    start = Barrier(6)

    def try_once(number: int) -> bool:
        with app.app_context():
            mine = accounts.find_facilitator(EMAIL)
            assert mine is not None
            start.wait()
            return accounts.use_step(mine, 5) if number % 2 else accounts.use_recovery_code(mine, "c" * 16)

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(try_once, range(6)))
    assert (told[0::2].count(True), told[1::2].count(True)) == (1, 1)


def test_codes_are_slowed_like_passwords(walker: Walker, member: Facilitator) -> None:
    enter(walker)
    for _ in range(5):
        give(walker, "000000")
        assert walker.response.status_code == 422
    give(walker, application(member).now())
    assert walker.response.status_code == 429
    enter(walker)  # the password again is no way round
    give(walker, "a" * 16)
    assert walker.response.status_code == 429
    assert "Recevoir un lien" not in walker.text


def test_right_codes_do_not_count(walker: Walker, member: Facilitator) -> None:
    for _ in range(3):
        db.session.refresh(member)
        with writing():
            member.totp_step = 0
        enter(walker)
        give(walker, "000000")
        give(walker, "000000")
        give(walker, application(member).now())
        assert walker.path == ACCOUNT
        press(walker, "/reseau/deconnexion")


def test_a_recovery_code_serves_once(walker: Walker, member: Facilitator) -> None:
    for code, left in (("aaaa aaaa AAAA aaaa", "1 code de secours"), ("bbbb-bbbb-bbbb-bbbb", "plus de code")):
        enter(walker)
        walker.click("Vous n’avez pas votre téléphone : écrire un code de secours")
        give(walker, code)
        assert walker.path == ACCOUNT
        assert left in walker.text.replace("\u00a0", " ")
        press(walker, "/reseau/deconnexion")
    enter(walker)
    walker.get(f"{CODE}?par=secours")
    give(walker, "a" * 16)
    assert walker.response.status_code == 422


def test_a_recovery_code_of_another_account_opens_nothing(walker: Walker, member: Facilitator) -> None:
    other = with_password(a_facilitator(email="autre@reseau.example"))
    accounts.set_up_factor(other, NONCE, 0, ["z" * 16], now())
    enter(walker)
    walker.get(f"{CODE}?par=secours")
    give(walker, "z" * 16)
    assert walker.response.status_code == 422


def test_a_link_to_choose_a_password_is_no_way_round(walker: Walker, member: Facilitator) -> None:
    accounts.make_key(member.id, accounts.RESET, "jeton", now())
    walker.get("/reseau/acces/jeton")
    form = walker.form("#choose-form")
    form.fill("new_password", "une suite de mots")
    walker.send(form, None)
    enter(walker, secret="une suite de mots")
    assert walker.path == CODE


# ---- Setting up -------------------------------------------------------------------------------------------------


def test_an_administrator_sets_it_up_before_anything_else(walker: Walker, administrator: Facilitator) -> None:
    enter(walker, administrator.email)
    assert walker.path == FIRST
    assert walker.client.get(ACCOUNT).status_code == 303
    key = shown_key(walker)
    walker.get(FIRST)
    assert shown_key(walker).secret == key.secret  # a page loaded twice is the same key
    give(walker, "000000", "#enrolment-form")
    assert walker.response.status_code == 422
    give(walker, key.now(), "#enrolment-form")
    assert walker.heading == "Gardez vos codes de secours"
    codes = [one.text() for one in walker.page.css("main li code")]
    assert len(codes) == 10
    assert FORMER not in walker.text
    walker.get(ACCOUNT)
    assert walker.path == ACCOUNT
    press(walker, "/reseau/deconnexion")
    enter(walker, administrator.email)
    walker.get(f"{CODE}?par=secours")
    give(walker, codes[7])
    assert walker.path == ACCOUNT
    kept = db.session.scalars(select(RecoveryCode.hash)).all()
    assert len(kept) == 9
    assert not {one.replace(" ", "") for one in codes} & set(kept)


def test_the_code_of_setting_up_does_not_serve_again(walker: Walker, administrator: Facilitator) -> None:
    enter(walker, administrator.email)
    key = shown_key(walker)
    code = key.now()
    give(walker, code, "#enrolment-form")
    press(walker, "/reseau/deconnexion")
    enter(walker, administrator.email)
    give(walker, code)
    assert walker.response.status_code == 422


def test_no_session_of_an_administrator_without_it(walker: Walker, administrator: Facilitator) -> None:
    """Kept from before, or opened by a slip of ours."""
    log_in(walker.client, administrator)
    walker.get(ACCOUNT)
    assert walker.path == LOGIN


def test_a_facilitator_may_set_it_up_change_it_and_take_it_away(walker: Walker, member: Facilitator) -> None:
    accounts.take_factor_away(member, now())
    other = log_in(Walker(walker.app).client, member)
    enter(walker)
    assert walker.path == ACCOUNT
    walker.click("Activer la double authentification")
    key = shown_key(walker)
    give(walker, key.now(), "#enrolment-form", current_password="autre chose")
    assert "mot de passe actuel" in walker.errors[0]
    assert member.totp_at is None
    give(walker, key.now(), "#enrolment-form", current_password=SECRET)
    assert walker.heading == "Gardez vos codes de secours"
    assert accounts.find_visit(other, now()) is None
    assert FORMER not in walker.text
    first = [one.text() for one in walker.page.css("main li code")]
    walker.click("Continuer : ces codes sont rangés")
    assert "10 codes" in walker.text.replace("\u00a0", " ")

    walker.click("Refaire les codes de secours")
    form = walker.form("#codes-form")
    form.fill("current_password", SECRET)
    walker.send(form, None)
    second = [one.text() for one in walker.page.css("main li code")]
    assert not set(first) & set(second)
    assert FORMER in walker.text

    walker.get(ENROLMENT)
    assert shown_key(walker).secret != key.secret
    give(walker, shown_key(walker).now(), "#enrolment-form", current_password=SECRET)
    assert not set(second) & {one.text() for one in walker.page.css("main li code")}
    assert FORMER in walker.text

    walker.get(REMOVAL)
    form = walker.form("#removal-form")
    form.fill("current_password", SECRET)
    walker.send(form, None)
    assert "est retirée" in walker.text
    assert not db.session.scalars(select(RecoveryCode)).all()
    press(walker, "/reseau/deconnexion")
    enter(walker)
    assert walker.path == ACCOUNT


def test_an_administrator_does_not_take_it_away(walker: Walker, administrator: Facilitator) -> None:
    accounts.set_up_factor(administrator, NONCE, 0, [], now())
    log_in(walker.client, administrator)
    walker.get(ACCOUNT)
    assert "Retirer la double" not in walker.text
    token = csrf(walker, ACCOUNT)
    answer = walker.client.post(REMOVAL, data={"csrf_token": token, "current_password": SECRET})
    assert answer.status_code == 409
    db.session.refresh(administrator)
    assert administrator.totp_at


def test_the_picture_is_drawn_without_style_and_says_what_the_key_says(
    walker: Walker, administrator: Facilitator
) -> None:
    enter(walker, administrator.email)
    picture = walker.page.css_first("main svg")
    assert picture is not None
    assert "style" not in (picture.html or "")
    leads = pyotp.parse_uri(str(walker.page.css_first("a[href^='otpauth:']").attributes["href"]))
    assert leads.secret == shown_key(walker).secret
    assert leads.name == administrator.email


def test_the_same_work_whatever_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step around is compared, and none by `==`."""
    compared: list[Any] = []
    true = one_time_codes.hmac.compare_digest
    monkeypatch.setattr(one_time_codes.hmac, "compare_digest", lambda a, b: compared.append(a) or true(a, b))
    key = pyotp.random_base32()
    for code in (pyotp.TOTP(key).at(NOON, counter_offset=-1), pyotp.TOTP(key).at(NOON), "000000"):
        compared.clear()
        one_time_codes.step_of(key, code, NOON)
        assert len(compared) == 3
    assert throttle.BY_ACCOUNT[throttle.CODE] == 5
