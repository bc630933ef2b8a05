"""« Réglages du réseau » and « Collègues »: what a network says of itself, seen by its territories; who joins it."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfassess.store import networks as store
from selfassess.store.accounts import add_facilitator, find_facilitator
from selfassess.store.database import db
from selfassess.store.models import AdminAct, Facilitator, Logo, Mail, Network
from selfassess.web.french import now
from tests.apart import visitor
from tests.desk import a_facilitator, a_network, an_administrator, log_in
from tests.fixtures.stores import BOTH
from tests.web.network.test_logo import picture
from tests.web.walker import Walker

pytestmark = pytest.mark.stores(*BOTH)

HERE = "/reseau/reglages"


@pytest.fixture
def desk(app: Flask) -> Walker:
    with app.app_context():
        walker = visitor(app)
        log_in(walker.client, a_facilitator(a_network("Réseau Val fictif")))
        walker.get(HERE)
    return walker


def say(desk: Walker, **typed: str) -> Walker:
    desk.get(HERE)
    form = desk.form(f"main form[action^='{HERE}?']")
    for name, text in typed.items():
        form.fill(name, text)
    desk.send(form, None)
    return desk


def bring(desk: Walker, content: bytes, name: str = "logo.png") -> Walker:
    """As a browser sends a file."""
    desk.get(HERE)
    form = desk.form("main form[enctype]")
    values = {**dict(form.values), "logo": (BytesIO(content), name)}
    desk._follow(desk.client.post(form.action, data=values, content_type="multipart/form-data"), form.action)
    return desk


def logos(desk: Walker) -> set[str]:
    return {str(one.attributes["src"]) for one in desk.page.css("img.app-face__logo")}


def kept() -> list[str]:
    return list(db.session.scalars(select(Logo.digest)))


def journal() -> list[tuple[str, str, str]]:
    acts = db.session.scalars(select(AdminAct).order_by(AdminAct.id)).all()
    return [(one.actor, one.kind, one.data.get("what", "")) for one in acts]


def test_what_is_said_is_kept_shown_and_in_the_journal(app: Flask, desk: Walker) -> None:
    say(desk, contact="Animation,  01 02 03 04 05", welcome="Bienvenue !\nNous lisons sous un mois.")
    assert "Les changements sont enregistrés." in desk.text
    face = desk.page.css_first(".app-face")
    assert "Réseau Val fictif Bienvenue ! Nous lisons sous un mois. Contact : Animation, 01 02 03 04 05" in " ".join(
        face.text(separator=" ").replace("\u202f", " ").replace("\u00a0", " ").split()
    )
    say(desk, name="Réseau des vallées")
    say(desk)
    with app.app_context():
        assert journal() == [
            (
                "animation@reseau.example",
                "network_changed",
                "contact « Animation, 01 02 03 04 05 », texte d'accueil changé",
            ),
            ("animation@reseau.example", "network_changed", "renommé « Réseau des vallées »"),
        ]


def test_what_cannot_be_kept_is_told_and_stays_in_the_form(app: Flask, desk: Walker) -> None:
    with app.app_context():
        a_network("Réseau d’Ailleurs")
    say(desk, name="reseau d’AILLEURS", contact="a" * 201, welcome="b" * 1001)
    assert desk.response.status_code == 422
    assert [one.split(" :")[0].replace("\u00a0", " ") for one in desk.errors] == [
        "Le réseau « Réseau d’Ailleurs » existe déjà", "Ce contact est trop long", "Ce texte est trop long",
    ]  # fmt: skip
    form = desk.form(f"main form[action^='{HERE}?']")
    assert (form.values["name"], len(form.values["contact"]), len(form.values["welcome"])) == (
        "reseau d’AILLEURS",
        201,
        1001,
    )
    say(desk, name=" ")
    assert desk.errors == ["Écrivez le nom du réseau."]
    with app.app_context():
        assert journal() == []


def test_a_logo_is_kept_by_digest_read_by_anybody_and_goes_when_nothing_has_it(app: Flask, desk: Walker) -> None:
    bring(desk, picture())
    (address,) = logos(desk)
    anybody = app.test_client()
    answer = anybody.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    assert {anybody.get(f"/logos/{one}.png").status_code for one in ("0" * 64, "x", "A" * 64)} == {404}
    bring(desk, picture(60, 60))
    assert logos(desk) != {address}
    assert anybody.get(address).status_code == 404
    with app.app_context():
        other = a_network("Un autre")
        store.change_logo(other, store.find_logo(*kept()))
    desk.send(desk.form("main form:has(img)"), "remove")
    assert "Le logo est retiré." in desk.text
    assert logos(desk) == set()
    with app.app_context():
        assert len(kept()) == 1, "another network has it"
        assert [what for _, _, what in journal()] == ["logo changé", "logo changé", "logo retiré"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "est vide"),
        (picture(kind="GIF"), "C’est un GIF"),
        (bytes(300_000), "pèse 300 ko"),
        (picture()[:200], "abîmé"),
    ],
    ids=["nothing", "gif", "heavier than other pages take", "cut"],
)
def test_a_picture_refused_leaves_the_former_one(app: Flask, desk: Walker, content: bytes, told: str) -> None:
    bring(desk, picture())
    before = logos(desk)
    bring(desk, content)
    assert desk.response.status_code == 422
    assert told in desk.errors[0]
    assert logos(desk) == before
    bring(desk, picture(), name="")
    assert desk.errors == ["Choisissez le fichier de votre logo."]


def test_of_one_s_own_networks_only(app: Flask, desk: Walker) -> None:
    with app.app_context():
        other = a_network("Un autre").id
    for way in ("", "/collegues"):
        assert desk.client.get(f"{HERE}{way}?reseau={other}").status_code == 404
        form = desk.get(HERE).css_first("input[name=csrf_token]").attributes["value"]
        assert desk.client.post(f"{HERE}{way}?reseau={other}", data={"csrf_token": form}).status_code == 404


def invite(desk: Walker, email: str, label: str = "Appui du réseau") -> Walker:
    desk.get(f"{HERE}/collegues")
    form = desk.form("main form:has(#email)")
    form.fill("email", email)
    form.fill("label", label)
    desk.send(form, None)
    return desk


def test_a_colleague_is_invited_by_a_link_handed_over(app: Flask, desk: Walker) -> None:
    invite(desk, "Appui@Reseau.example")
    link = desk.page.css_first("#lien-donne").text()
    assert "lien-donne" not in desk.get(f"{HERE}/collegues").html
    assert "appui@reseau.example – Invitation valable jusqu’au" in desk.text
    theirs = visitor(app)
    assert (
        "mot de passe"
        in theirs.get(link.partition("//")[2].partition("/")[1] + link.split("/", 3)[3]).css_first("h1").text()
    )
    with app.app_context():
        made = find_facilitator("appui@reseau.example")
        assert made is not None
        assert ([one.name for one in made.networks], made.administrator) == (["Réseau Val fictif"], False)
        assert [(actor, kind) for actor, kind, _ in journal()] == [
            ("animation@reseau.example", "account_added"), ("animation@reseau.example", "link_given"),
        ]  # fmt: skip
    desk.send(desk.form("main form[action*='/lien']"), None)
    assert desk.page.css_first("#lien-donne").text() != link


def test_whom_one_may_not_invite(app: Flask, desk: Walker) -> None:
    with app.app_context():
        mine = db.session.scalars(select(Network)).one()
        a_facilitator(a_network("Un autre"), email="ailleurs@reseau.example")
        waiting = add_facilitator("site@reseau.example", "Site", [mine], now(), administrator=True)
        both = add_facilitator("deux@reseau.example", "Deux", [mine, a_network("Un tiers")], now())
        ids = [
            waiting.id,
            both.id,
            db.session.scalars(select(Facilitator.id).where(Facilitator.email.like("anim%"))).one(),
        ]
        closed = an_administrator(mine, email="ferme@reseau.example").id
        before = db.session.scalar(select(func.count()).select_from(Facilitator))
    for email, label, told in [
        ("ailleurs@reseau.example", "A", "Cette adresse a déjà un compte."),
        ("nulle part", "A", "e-mail"),
        ("a@reseau.example", "", "Écrivez le nom affiché."),
        ("a@reseau.example", "b" * 121, "trop long"),
    ]:
        invite(desk, email, label)
        assert desk.response.status_code == 422
        assert told in desk.errors[0]
    token = desk.page.css_first("input[name=csrf_token]").attributes["value"]
    # Whose link would open more than one's own account does; who came in already; nobody.
    for one in (*ids, closed, 999_999):
        answer = desk.client.post(f"{HERE}/collegues/{one}/lien", data={"csrf_token": token})
        assert answer.status_code == 400, one
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Facilitator)) == before
        assert db.session.scalars(select(Mail)).all() == []
        assert journal() == []
