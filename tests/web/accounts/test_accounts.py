"""Accounts as one meets them: logging in and out, links, sessions, limits, commands; the pages in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from threading import Barrier
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import delete, select, text

from selfassess.store import accounts
from selfassess.store.database import db, writing
from selfassess.store.models import Attempt, Facilitator, Key, Mail, Network, Visit
from selfassess.web.accounts import passwords
from selfassess.web.accounts.login import OURS
from selfassess.web.accounts.visits import browser_of
from selfassess.web.files.open_links import LINKS
from selfassess.web.french import now
from tests.apart import ApartClient
from tests.desk import a_facilitator, a_network, a_sent_file, hold, log_in
from tests.fixtures.accessibility import Audit
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.fixtures.stores import BOTH
from tests.web.profiles import INTERCOMMUNAL
from tests.web.walker import Walker

LOGIN, DESK, ACCOUNT, CHANGE = "/reseau/connexion", "/reseau", "/reseau/compte", "/reseau/compte/mot-de-passe"
FORGOTTEN = "/reseau/mot-de-passe"
EMAIL, SECRET = "animation@reseau.example", "quatre mots bien choisis"
WRONG = "ne vont pas ensemble"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
GUESS = "autre chose"
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    made = make_app()
    made.test_client_class = ApartClient
    return made


@pytest.fixture
def member(app: Flask) -> Iterator[Facilitator]:
    """An account with a password, in one network."""
    with app.app_context():
        yield with_password(a_facilitator(a_network(), email=EMAIL))


_hashed = cache(passwords.hashed)  # hashing is slow on purpose


def with_password(made: Facilitator, secret: str = SECRET) -> Facilitator:
    accounts.rehash(made, _hashed(secret))
    return made


def enter(walker: Walker, email: str = EMAIL, secret: str = SECRET, url: str = f"{LOGIN}?suite={ACCOUNT}") -> Walker:
    walker.get(url)
    form = walker.form("#login-form")
    form.fill("email", email)
    form.fill("password", secret)
    walker.send(form, None)
    return walker


def a_link(member: Facilitator, purpose: str = accounts.INVITATION, ago: timedelta = timedelta(0)) -> str:
    accounts.make_key(member.id, purpose, "jeton", now() - ago)
    return "/reseau/acces/jeton"


def press(walker: Walker, action: str) -> Walker:
    walker.send(walker.form(f"form[action='{action}']"), None)
    return walker


# ---- Logging in and out -----------------------------------------------------------------------------------------


def test_in_and_out(walker: Walker, member: Facilitator) -> None:
    walker.get(DESK)
    assert walker.path == LOGIN
    enter(walker, email=f"  {EMAIL.upper()} ")
    assert walker.path == ACCOUNT
    assert walker.page.css_first(".app-desk-nav__who").text() == member.label
    before = cookie(walker.client)
    press(walker, "/reseau/deconnexion")
    assert "Votre session est fermée" in walker.text
    walker.get(DESK)
    assert walker.path == LOGIN
    walker.client.set_cookie("boussole", before)  # as a copy of the cookie would
    walker.get(DESK)
    assert walker.path == LOGIN


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("boussole")
    assert found is not None
    return found.value


def test_logged_in_the_login_page_leads_on(walker: Walker, member: Facilitator) -> None:
    enter(walker)
    walker.get(f"{LOGIN}?suite={CHANGE}")
    assert walker.path == CHANGE


@pytest.mark.parametrize(("email", "secret"), [(EMAIL, "autre chose"), ("personne@reseau.example", SECRET)])
def test_a_refusal_does_not_say_which_is_wrong(walker: Walker, member: Facilitator, email: str, secret: str) -> None:
    enter(walker, email, secret)
    assert walker.response.status_code == 422
    assert len(walker.errors) == 1
    assert WRONG in walker.errors[0]
    assert walker.form("#login-form").values["email"] == email
    assert walker.form("#login-form").values["password"] == ""


def test_nobody_enters_without_a_password_or_once_deactivated(walker: Walker, member: Facilitator) -> None:
    with writing():
        member.password = None
    for secret in ("", "None", "!", SECRET):
        enter(walker, secret=secret)
        assert walker.response.status_code == 422
    with_password(member)
    accounts.deactivate(member, now())
    enter(walker)
    assert WRONG in walker.errors[0]


def test_blank_fields_are_named(walker: Walker) -> None:
    enter(walker, "", "")
    assert [one.attributes["href"] for one in walker.page.css(".govuk-error-summary a")] == ["#email", "#password"]
    enter(walker, "pas une adresse", "x")
    assert [one.attributes["href"] for one in walker.page.css(".govuk-error-summary a")] == ["#email"]


def test_an_unknown_account_costs_a_verification(
    walker: Walker, member: Facilitator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time tells nothing, since the same work is done: one verification, with the same parameters."""
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: Any, password: Any) -> Any:
            verified.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    invited = a_facilitator(email="invitee@reseau.example")
    with writing():
        invited.password = None
    for email in (EMAIL, "personne@reseau.example", "invitee@reseau.example"):
        enter(walker, email, "autre chose")
    assert len(verified) == 3
    assert {one.rpartition("$")[0].rpartition("$")[0] for one in verified} == {"$argon2id$v=19$m=65536,t=3,p=4"}


def test_a_hash_of_other_parameters_is_made_again(walker: Walker, member: Facilitator) -> None:
    former = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts.rehash(member, former.hash(SECRET))
    enter(walker)
    assert walker.path == ACCOUNT
    db.session.refresh(member)
    assert former.check_needs_rehash(str(member.password))
    assert not passwords.HASHER.check_needs_rehash(str(member.password))
    assert passwords.opens(member, SECRET)


@pytest.mark.parametrize(
    "goal", ["/reseau/compte/mot-de-passe", "/reseau/compte?quoi=change", "/reseau/compte?quoi=%C3%A9&a=b"]
)
def test_after_logging_in_the_page_asked_for(walker: Walker, member: Facilitator, goal: str) -> None:
    walker.get(goal)
    assert walker.path == LOGIN
    enter(walker, url=walker.url)
    assert walker.response.request.full_path.rstrip("?") == goal


@pytest.mark.parametrize(
    "goal",
    ["https://ailleurs.example/", "//ailleurs.example", r"/\ailleurs.example", r"\\ailleurs.example", "/\t/ailleurs",
     "javascript:alert(1)", "ailleurs.example", "", " //ailleurs.example", "/%0d%0a/x\r\nSet-Cookie: a=b", "///x"],
)  # fmt: skip
def test_no_other_site_is_led_to(app: Flask, member: Facilitator, goal: str) -> None:
    walker = Walker(app)
    walker.client.get(LOGIN)
    form = enter_by_hand(walker.client, goal)
    assert form.location == DESK
    assert not OURS.fullmatch(goal)


def enter_by_hand(client: FlaskClient, goal: str) -> Any:
    shown = client.get(LOGIN).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token
    values = {"csrf_token": token[1], "email": EMAIL, "password": SECRET}
    return client.post(LOGIN, query_string={"suite": goal}, data=values)


def test_logging_in_keeps_the_file_and_nothing_else(walker: Walker, member: Facilitator) -> None:
    _, token = a_sent_file(a_network("Autre"), INTERCOMMUNAL)
    hold(walker.client, token)
    with walker.client.session_transaction() as kept:
        kept["planted"] = "by another"
        kept["csrf_token"] = "known to another"
        kept["_user_id"] = "a token known to another"
    walker.get(LOGIN)
    enter(walker)
    with walker.client.session_transaction() as kept:
        assert [token in one for one in kept[LINKS]] == [True]
        assert "planted" not in kept
        assert kept["csrf_token"] != "known to another"
        mine = kept["_user_id"]
    assert accounts.find_visit(mine, now())
    press(walker, "/reseau/deconnexion")
    walker.get("/dossier")
    assert walker.response.status_code == 200
    assert accounts.find_visit(mine, now()) is None


def test_logging_in_again_closes_the_session_before(walker: Walker, member: Facilitator) -> None:
    other = a_facilitator(email="autre@reseau.example")
    first = log_in(walker.client, other)
    walker.client.post(LOGIN, data={"csrf_token": csrf(walker, ACCOUNT), "email": EMAIL, "password": SECRET})
    assert accounts.find_visit(first, now()) is None
    assert walker.get(ACCOUNT).css_first(".app-desk-nav__who").text() == member.label


def csrf(walker: Walker, url: str) -> str:
    walker.get(url)
    return str(walker.page.css_first("[name=csrf_token]").attributes["value"])


# ---- Limits -----------------------------------------------------------------------------------------------------


def test_after_five_failures_one_waits(walker: Walker, member: Facilitator) -> None:
    for _ in range(5):
        enter(walker, secret="autre chose")
        assert walker.response.status_code == 422
    enter(walker)  # even with the right one
    assert walker.response.status_code == 429
    assert 890 < int(walker.response.headers["Retry-After"]) <= 900
    assert "Réessayez dans 15 minutes" in walker.text
    later(timedelta(minutes=15))
    enter(walker)
    assert walker.path == ACCOUNT


def later(time: timedelta) -> None:
    """So long has passed since every attempt."""
    with writing() as session:
        for one in session.scalars(select(Attempt)):
            one.at -= time


def test_success_clears_the_account(walker: Walker, member: Facilitator) -> None:
    for _ in range(3):
        for _ in range(4):
            enter(walker, secret="autre chose")
        enter(walker)
        assert walker.path == ACCOUNT
        press(walker, "/reseau/deconnexion")
    assert len(db.session.scalars(select(Attempt)).all()) == 12  # the failures, by address only


@pytest.fixture
def public(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """A site behind a proxy that says where its visitors come from, and an account."""
    made = make_app(behind_https=True)
    made.test_client_class = ApartClient
    with made.app_context():
        with_password(a_facilitator(a_network(), email=EMAIL))
        yield made


def test_guesses_from_everywhere_slow_down_and_never_lock_the_owner_out(public: Flask) -> None:
    """An hour of them, each from another address: five at once, then one every thirty seconds."""
    told = [guess(public, EMAIL, f"198.51.100.{number}") for number in range(10)]
    assert told == [422] * 5 + [429] * 5
    for number in range(20, 26):
        later(timedelta(seconds=29))
        assert guess(public, EMAIL, f"198.51.100.{number}") == 429
        later(timedelta(seconds=1))
        assert guess(public, EMAIL, f"198.51.100.{number}") == 422
    later(timedelta(seconds=30))
    assert guess(public, EMAIL, "192.0.2.1", SECRET) == 303


def test_a_browser_that_has_entered_the_account_does_not_wait(public: Flask) -> None:
    mine = public.test_client()
    assert guess(public, EMAIL, "192.0.2.1", SECRET, mine) == 303
    kept = next(one for one in mine._cookies.values() if one.key == "boussole-connu")
    assert (kept.path, kept.secure, kept.http_only) == ("/reseau", True, True)
    flood(public)
    mine.delete_cookie("boussole", domain="localhost")  # the session is over
    assert guess(public, EMAIL, "192.0.2.1", "autre chose", mine) == 422
    assert guess(public, EMAIL, "192.0.2.1", SECRET, mine) == 303
    flood(public)
    for number in range(5):  # stolen, the cookie gives five guesses more, from anywhere
        assert guess(public, EMAIL, f"203.0.113.{number}", "autre chose", mine) == 422
    assert guess(public, EMAIL, "203.0.113.9", "autre chose", mine) == 429


def test_a_browser_knows_the_three_accounts_last_entered(public: Flask) -> None:
    mine = public.test_client()
    others = [with_password(a_facilitator(email=f"{name}@reseau.example")).email for name in "abc"]
    for email in (EMAIL, *others[:2], EMAIL, EMAIL):
        assert guess(public, email, "192.0.2.1", SECRET, mine) == 303

    def known() -> int:
        return len(next(one for one in mine._cookies.values() if one.key == "boussole-connu").value.split("."))

    assert known() == 3
    assert guess(public, others[2], "192.0.2.1", SECRET, mine) == 303
    assert known() == 3


def test_the_mark_is_of_one_account_and_of_its_password(public: Flask) -> None:
    mine = public.test_client()
    assert guess(public, EMAIL, "192.0.2.1", SECRET, mine) == 303
    other = with_password(a_facilitator(email="autre@reseau.example"))
    flood(public, other.email)
    assert guess(public, other.email, "192.0.2.1", "autre chose", mine) == 429
    flood(public)
    member = accounts.find_facilitator(EMAIL)
    assert member is not None
    accounts.rehash(member, passwords.hashed("une suite de mots"))
    assert guess(public, EMAIL, "192.0.2.1", "une suite de mots", mine) == 429
    forged = public.test_client()
    forged.set_cookie("boussole-connu", "0" * 64, domain="localhost", path="/reseau")
    assert guess(public, EMAIL, "192.0.2.2", SECRET, forged) == 429


def flood(app: Flask, email: str = EMAIL) -> None:
    """Others try passwords on that account until it slows down."""
    told = [guess(app, email, f"198.51.100.{number}") for number in range(100, 106)]
    assert told[-1] == 429


def test_a_link_by_email_opens_the_account_at_once(public: Flask) -> None:
    flood(public)
    accounts.make_key(accounts.find_facilitator(EMAIL).id, accounts.RESET, "jeton", now())  # type: ignore[union-attr]
    mine, behind = public.test_client(), {**told_by_proxy("192.0.2.1"), "base_url": "https://localhost"}
    page = mine.get("/reseau/acces/jeton", **behind).text
    words = "une autre suite de mots"
    mine.post("/reseau/acces/jeton", data={"csrf_token": token_in(page), "new_password": words}, **behind)
    flood(public)
    assert guess(public, EMAIL, "192.0.2.1", words, mine) == 303


def test_an_address_is_limited_whatever_the_account(public: Flask) -> None:
    """Behind a proxy, the address is the one it tells; an IPv6 address is one with its network."""
    for number in range(20):
        assert guess(public, f"n{number}@reseau.example", f"2001:db8:1:2::{number}") == 422
    assert guess(public, EMAIL, "2001:db8:1:2::ffff") == 429
    assert guess(public, EMAIL, "2001:db8:1:3::1") == 422
    assert guess(public, EMAIL, "192.0.2.1") == 422


def guess(app: Flask, email: str, address: str, password: str = GUESS, client: FlaskClient | None = None) -> int:
    client, behind = client or app.test_client(), {**told_by_proxy(address), "base_url": "https://localhost"}
    page = client.get(LOGIN, **behind)
    if page.status_code == 303:  # a session is open
        client.delete_cookie("boussole", domain="localhost")
        page = client.get(LOGIN, **behind)
    values = {"csrf_token": token_in(page.text), "email": email, "password": password}
    return client.post(LOGIN, data=values, **behind).status_code


def told_by_proxy(address: str) -> dict[str, Any]:
    said = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "localhost"}
    return {"headers": said}


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.stores(*BOTH)
def test_guesses_at_once_never_exceed_the_limit(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        with_password(a_facilitator(a_network(), email=EMAIL))
    walkers = [Walker(app, check=False) for _ in range(12)]
    tokens = [csrf(one, LOGIN) for one in walkers]
    start = Barrier(12)

    def try_once(number: int) -> int:
        start.wait()
        values = {"csrf_token": tokens[number], "email": EMAIL, "password": f"autre chose {number}"}
        return walkers[number].client.post(LOGIN, data=values).status_code

    with ThreadPoolExecutor(12) as pool:
        told = sorted(pool.map(try_once, range(12)))
    assert told == [422] * 5 + [429] * 7


def test_changing_the_password_is_limited_too(walker: Walker, member: Facilitator) -> None:
    enter(walker)
    for _ in range(5):
        change(walker, "autre chose", "une suite de mots")
        assert walker.response.status_code == 422
    change(walker, SECRET, "une suite de mots")
    assert walker.response.status_code == 429


def test_asking_for_links_is_limited_for_anyone(walker: Walker, member: Facilitator) -> None:
    for email in (EMAIL, "personne@reseau.example"):
        for _ in range(3):
            ask(walker, email)
            assert walker.response.status_code == 200
        ask(walker, email)
        assert walker.response.status_code == 429
    assert len(db.session.scalars(select(Mail)).all()) == 3


# ---- Links ------------------------------------------------------------------------------------------------------


def ask(walker: Walker, email: str) -> Walker:
    walker.get(FORGOTTEN)
    form = walker.form("#ask-form")
    form.fill("email", email)
    walker.send(form, None)
    return walker


def choose(walker: Walker, link: str, secret: str = SECRET) -> Walker:
    walker.get(link)
    form = walker.form("#choose-form")
    form.fill("new_password", secret)
    walker.send(form, None)
    return walker


def test_an_invitation_is_taken_up(walker: Walker, member: Facilitator) -> None:
    link = a_link(member)
    with writing():
        member.password = None
    for _ in range(3):  # mail programs look first
        walker.get(link)
        assert walker.response.status_code == 200
        assert walker.client.head(link).status_code == 200
    choose(walker, link)
    assert walker.path == LOGIN
    assert "Votre mot de passe est choisi" in walker.text
    enter(walker)
    assert walker.path == ACCOUNT
    walker.get(link)
    assert walker.response.status_code == 410
    assert walker.heading == "Ce lien ne sert plus"


def test_a_link_ends_sessions_and_waiting(walker: Walker, member: Facilitator) -> None:
    stolen = Walker(walker.app)
    token = log_in(stolen.client, member)
    for _ in range(6):
        enter(walker, secret="autre chose")
    choose(walker, a_link(member, accounts.RESET), "une suite de mots")
    assert accounts.find_visit(token, now()) is None
    enter(walker, secret="une suite de mots")
    assert walker.path == ACCOUNT


@pytest.mark.parametrize(
    ("secret", "told"),
    [("", "Écrivez"), ("onze signes", "trop court"), ("a" * 201, "trop long"), (EMAIL.upper(), "adresse e-mail")],
)
def test_what_cannot_be_a_password(walker: Walker, member: Facilitator, secret: str, told: str) -> None:
    choose(walker, a_link(member), secret)
    assert walker.response.status_code == 422
    assert told in walker.errors[0]
    assert walker.form("#choose-form").values["new_password"] == ""
    choose(walker, walker.url, "a" * 12)  # the link still serves
    assert walker.path == LOGIN


def test_no_rule_of_composition_and_one_password_on_all_keyboards(walker: Walker, member: Facilitator) -> None:
    choose(walker, a_link(member), " été été été ")
    enter(walker, secret=" e\u0301te\u0301 e\u0301te\u0301 e\u0301te\u0301 ")
    assert walker.path == ACCOUNT


def test_links_that_open_nothing_say_why(walker: Walker, member: Facilitator) -> None:
    link = a_link(member, accounts.RESET, timedelta(hours=1))
    walker.get(link)
    assert (walker.response.status_code, walker.heading) == (410, "Ce lien a expiré")
    walker.get("/reseau/acces/inconnu")
    assert (walker.response.status_code, walker.heading) == (404, "Ce lien n’ouvre aucun compte")
    with writing() as session:
        session.execute(delete(Key))
    link = a_link(member)
    shown = csrf(walker, link)
    accounts.deactivate(member, now())
    assert walker.client.get(link).status_code == 404
    assert walker.client.post(link, data={"csrf_token": shown, "new_password": SECRET}).status_code == 404


def test_a_forgotten_password_goes_by_mail_and_the_answer_tells_nothing(walker: Walker, member: Facilitator) -> None:
    gone = a_facilitator(email="partie@reseau.example")
    accounts.deactivate(gone, now())
    told = {ask(walker, one).response.text for one in ("personne@reseau.example", gone.email, EMAIL.upper())}
    assert len(told) == 1
    sent = db.session.scalars(select(Mail)).one()
    assert (sent.kind, sent.recipient, sent.facilitator_id) == ("reset", EMAIL, member.id)


def test_the_same_statements_whether_there_is_an_account_or_not(walker: Walker, member: Facilitator) -> None:
    from tests.web.test_service import statements

    kinds = []
    for email in ("personne@reseau.example", EMAIL):
        walker.get(FORGOTTEN)
        form = walker.form("#ask-form")
        form.fill("email", email)
        with statements(walker.app) as sent:
            assert walker.client.post(FORGOTTEN, data=form.values).status_code == 303
        kinds.append([one.split()[0] for one in sent if "INSERT INTO mail" not in one])
    assert kinds[0] == kinds[1]


# ---- The account ------------------------------------------------------------------------------------------------


def change(walker: Walker, current: str, new: str) -> Walker:
    walker.get(CHANGE)
    form = walker.form("#password-form")
    form.fill("current_password", current)
    form.fill("new_password", new)
    walker.send(form, None)
    return walker


def test_changing_the_password_ends_the_other_sessions(walker: Walker, member: Facilitator) -> None:
    other = log_in(Walker(walker.app).client, member)
    link = a_link(member)
    enter(walker)
    change(walker, "autre chose", "une suite de mots")
    assert "mot de passe actuel" in walker.errors[0]
    change(walker, "", "court")
    assert len(walker.errors) == 2
    assert accounts.find_visit(other, now())
    change(walker, SECRET, "une suite de mots")
    assert walker.path == ACCOUNT
    assert "Les autres navigateurs sont déconnectés" in walker.text
    assert accounts.find_visit(other, now()) is None
    walker.get(link)
    assert walker.response.status_code == 410
    press(walker.get(ACCOUNT) and walker, "/reseau/deconnexion")
    enter(walker, secret="une suite de mots")
    assert walker.path == ACCOUNT


def test_sessions_are_listed_and_closed_one_by_one(walker: Walker, member: Facilitator) -> None:
    other = Walker(walker.app)
    other.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    enter(other)
    enter(walker)
    walker.get(ACCOUNT)
    assert "Firefox sur Linux" in walker.text
    assert walker.text.count("Ce navigateur") == 1
    closing = walker.page.css("form[action*='/sessions/'][action$='/fermer']")
    assert len(closing) == 2  # the other one, and all
    press(walker, str(closing[0].attributes["action"]))
    assert "Cette session est fermée" in walker.text
    other.get(ACCOUNT)
    assert other.path == LOGIN
    assert "Firefox" not in walker.text


def test_another_account_s_session_is_out_of_reach(walker: Walker, member: Facilitator) -> None:
    other = a_facilitator(email="autre@reseau.example")
    theirs = log_in(Walker(walker.app).client, other)
    known = db.session.scalars(select(Visit.hash).where(Visit.facilitator_id == other.id)).one()
    enter(walker)
    walker.client.post(f"{ACCOUNT}/sessions/{known}/fermer", data={"csrf_token": csrf(walker, ACCOUNT)})
    assert accounts.find_visit(theirs, now())


def test_leaving_everywhere(walker: Walker, member: Facilitator) -> None:
    other = Walker(walker.app)
    enter(other)
    enter(walker)
    walker.get(ACCOUNT)
    press(walker, f"{ACCOUNT}/sessions/fermer")
    assert walker.path == LOGIN
    for one in (walker, other):
        one.get(ACCOUNT)
        assert one.path == LOGIN


def test_deactivated_in_the_middle_of_a_session(walker: Walker, member: Facilitator) -> None:
    enter(walker)
    accounts.deactivate(member, now())
    walker.get(ACCOUNT)
    assert walker.path == LOGIN


def test_what_was_typed_outlives_the_session(walker: Walker, member: Facilitator) -> None:
    """The session ended while a page was being filled: the page says so, and keeps it, but for passwords."""
    enter(walker)
    token = csrf(walker, CHANGE)
    accounts.close_visits(member, now())
    values = {"csrf_token": token, "advice": "Un long conseil", "current_password": SECRET}
    walker.post(CHANGE, values, headers={"Sec-Fetch-Site": "same-origin"})  # type: ignore[arg-type]
    assert walker.response.status_code == 401
    again = walker.form("form[method=post]")
    assert again.values["advice"] == "Un long conseil"
    assert SECRET not in walker.response.text


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (FIREFOX, "Firefox sur Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge sur Windows"),  # noqa: E501
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari sur iPhone"),  # noqa: E501
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome sur Android"),  # noqa: E501
        ("curl/8.0", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
    ],
)  # fmt: skip
def test_browsers_have_names(agent: str, told: str) -> None:
    assert browser_of(agent) == told


# ---- Commands ---------------------------------------------------------------------------------------------------


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=list(arguments))


def test_a_network_and_its_facilitator(app: Flask, walker: Walker) -> None:
    assert run(app, "network", "add", "Réseau du Val fictif", "--region", "bretagne").exit_code == 0
    assert run(app, "network", "add", "Réseau national").exit_code == 0
    done = run(app, "facilitator", "add", "Claude@Reseau.example", "--label", "Animation du Val", "--network",
               "Réseau du Val fictif", "--network", "reseau national")  # fmt: skip
    assert done.exit_code == 0, done.output
    link = done.stdout.split()[-1]
    assert link.startswith("http://127.0.0.1:8000/reseau/acces/")
    choose(walker, link.removeprefix("http://127.0.0.1:8000"))
    enter(walker, "claude@reseau.example")
    assert walker.path == ACCOUNT
    walker.get(ACCOUNT)
    assert "Réseau du Val fictif" in walker.text
    assert "Réseau national" in walker.text
    with app.app_context():
        assert [one.region for one in db.session.scalars(select(Network).order_by(Network.id))] == ["Bretagne", ""]
        mail = db.session.scalars(select(Mail)).one()
        assert (mail.kind, mail.recipient) == ("invitation", "claude@reseau.example")


def test_the_link_is_where_people_reach_the_site(make_app: Callable[..., Flask]) -> None:
    app = make_app(public_url="https://boussole.example")
    run(app, "network", "add", "Réseau")
    done = run(app, "facilitator", "add", "a@reseau.example", "--label", "Animation", "--network", "Réseau")
    assert done.stdout.split()[-1].startswith("https://boussole.example/reseau/acces/")


def test_another_network_for_the_same_account(app: Flask, member: Facilitator) -> None:
    run(app, "network", "add", "Second")
    done = run(app, "facilitator", "add", EMAIL, "--network", "Second")
    assert done.exit_code == 0
    assert "acces" not in done.stdout  # the password is chosen already
    again = run(app, "facilitator", "add", EMAIL, "--network", "Second")
    assert again.exit_code == 0
    assert "ajouté" not in again.stdout
    db.session.refresh(member)
    assert [one.name for one in member.networks] == ["Réseau d’essai", "Second"]
    assert member.label == "Animation du réseau"


def test_closing_and_deactivating(app: Flask, member: Facilitator, walker: Walker) -> None:
    enter(walker)
    done = run(app, "facilitator", "deactivate", EMAIL.upper())
    assert done.exit_code == 0
    assert walker.client.get(DESK).status_code == 303
    assert run(app, "network", "close", "Réseau d’essai").exit_code == 0
    assert run(app, "network", "close", "Réseau d’essai").exit_code == 2
    assert run(app, "facilitator", "deactivate", EMAIL).exit_code == 2
    run(app, "network", "add", "Second")
    done = run(app, "facilitator", "add", EMAIL, "--network", "Second")
    assert "de nouveau actif" in done.stdout
    assert "/reseau/acces/" in done.stdout
    db.session.expire_all()
    assert [one.name for one in member.networks] == ["Second"]
    assert not passwords.opens(member, SECRET)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("network", "add", "Réseau", "--region", "Bretange"), ["Est-ce «\u00a0Bretagne\u00a0»"]),
        (("network", "add", "Réseau", "--region", "Atlantide"), ["Région inconnue"]),
        (("network", "add", " "), ["vide"]),
        (("network", "add", "x" * 121, "--region", "?"), ["120", "Région"]),
        (("network", "add", "RESEAU D'ESSAI"), ["existe déjà"]),
        (("network", "close", "Réseau d’essaie"), ["Est-ce «\u00a0Réseau d’essai\u00a0»"]),
        (("facilitator", "add", "a@b"), ["impossible", "vide", "--network"]),
        (("facilitator", "add", "a@b.example", "--label", "A", "--network", "Un", "--network", "Fermé"),
         ["inconnu", "fermé"]),
        (("facilitator", "deactivate", "personne@b.example"), ["Aucun compte"]),
    ],
)  # fmt: skip
def test_commands_say_every_fault(app: Flask, member: Facilitator, arguments: tuple[str, ...], told: list[str]) -> None:
    with writing() as session:
        session.add(Network(name="Fermé", created_at=now(), closed_at=now()))
    before = (
        db.session.scalar(text("SELECT count(*) FROM network")),
        db.session.scalar(text("SELECT count(*) FROM facilitator")),
    )
    done = run(app, *arguments)
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert len(lines) == len(told), lines
    for line, expected in zip(lines, told, strict=True):
        assert expected in line
    after = (
        db.session.scalar(text("SELECT count(*) FROM network")),
        db.session.scalar(text("SELECT count(*) FROM facilitator")),
    )
    assert after == before


# ---- In a browser -----------------------------------------------------------------------------------------------


def test_every_page_in_a_browser(
    app: Flask, member: Facilitator, serve: Serve, new_page: NewPage, audit: Audit
) -> None:
    site = serve(app)
    link = a_link(member)
    other = Walker(app)
    other.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    enter(other)
    page = new_page(viewport=NARROW, java_script_enabled=False)
    scripted = new_page(viewport=NARROW)

    def look(url: str, code: int = 200) -> None:
        for one in (page, scripted):
            got = one.goto(site + url)
            assert got is not None
            assert got.status == code, url
        audit(scripted)

    for url in (LOGIN, FORGOTTEN, f"{FORGOTTEN}/envoye", f"{LOGIN}?quoi=choisi", link):
        look(url)
    look("/reseau/acces/inconnu", 404)
    for url, button in (
        (LOGIN, "Se connecter"),
        (FORGOTTEN, "Recevoir un lien"),
        (link, "Enregistrer ce mot de passe"),
    ):
        scripted.goto(site + url)
        scripted.get_by_role("button", name=button).click()
        expect(scripted.locator(".govuk-error-summary")).to_be_focused()
        audit(scripted)
    for one in (page, scripted):
        one.goto(site + ACCOUNT)
        one.get_by_label("Adresse e-mail").fill(EMAIL)
        one.get_by_label("Mot de passe").fill(SECRET)
        one.get_by_role("button", name="Se connecter").click()
        one.wait_for_url(site + ACCOUNT)
    for url in (ACCOUNT, CHANGE, f"{ACCOUNT}?quoi=change"):
        look(url)
    scripted.goto(site + CHANGE)
    scripted.get_by_role("button", name="Changer de mot de passe").click()
    expect(scripted.locator(".govuk-error-summary")).to_be_focused()
    audit(scripted)
    page.goto(site + ACCOUNT)
    page.get_by_role("button", name="Déconnecter Firefox sur Linux").click()
    expect(page.get_by_role("status")).to_contain_text("Cette session est fermée")
    page.get_by_role("button", name="Se déconnecter", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Votre session est fermée")
    with writing() as session:
        session.execute(delete(Attempt))
    for _ in range(6):
        scripted.goto(site + CHANGE)
        scripted.get_by_label("Mot de passe actuel").fill("autre chose")
        scripted.get_by_label("Nouveau mot de passe").fill("une suite de mots")
        scripted.get_by_role("button", name="Changer de mot de passe").click()
    audit(scripted, "Trop d’essais de suite")
