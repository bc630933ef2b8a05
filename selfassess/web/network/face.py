"""« Réglages du réseau »: what it is called, whom to ask, what it says to its territories, its logo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from selfassess.core.answers.typed import line, lines
from selfassess.store import networks as store
from selfassess.store.administration import By, noted
from selfassess.store.database import rule_broken
from selfassess.store.models import AdminAct, Network
from selfassess.store.networks import LONGEST_CONTACT, LONGEST_NAME, LONGEST_WELCOME
from selfassess.web.files.desk import at_desk, network_of_address
from selfassess.web.french import french, now, too_long
from selfassess.web.log_lines import record
from selfassess.web.network import blueprint
from selfassess.web.network.logo import LARGEST_LOGO, LONGEST_SIDE, LogoError, made_again

Errors = dict[str, str]
REMOVE = "remove"


@dataclass(frozen=True)
class TypedFace:
    """What the form holds."""

    name: str
    contact: str
    welcome: str

    @classmethod
    def posted(cls) -> TypedFace:
        name, contact = (line(request.form.get(one, "")) for one in ("name", "contact"))
        return cls(name, contact, lines(request.form.get("welcome", "")))

    @classmethod
    def of(cls, network: Network) -> TypedFace:
        return cls(network.name, network.contact, network.welcome)

    def faults(self, network: Network) -> Iterator[tuple[str, str | None]]:
        others = [one.name for one in store.networks() if one.id != network.id]
        if not self.name:
            yield "name", "Écrivez le nom du réseau."
        elif same := store.same_name(self.name, others):
            yield "name", f"Le réseau « {same} » existe déjà : choisissez un autre nom."
        yield "name", too_long("Ce nom", self.name, LONGEST_NAME)
        yield "contact", too_long("Ce contact", self.contact, LONGEST_CONTACT)
        yield "welcome", too_long("Ce texte", self.welcome, LONGEST_WELCOME)

    def changes(self, network: Network) -> Iterator[str]:
        """For the journal of the site."""
        if self.name != network.name:
            yield f"renommé « {self.name} »"
        if self.contact != network.contact:
            yield f"contact « {self.contact} »" if self.contact else "sans contact"
        if self.welcome != network.welcome:
            yield "texte d'accueil changé" if self.welcome else "sans texte d'accueil"


@blueprint.get("/reglages")
def face() -> str:
    return _page(network_of_address())


@blueprint.post("/reglages")
def change_face() -> ResponseReturnValue:
    network, typed = network_of_address(), TypedFace.posted()
    errors = {name: french(told) for name, told in typed.faults(network) if told}
    if errors:
        return _page(network, typed, errors), 422
    if changes := list(typed.changes(network)):
        row = _told(network, ", ".join(changes))
        try:
            store.change_face(network, typed.name, typed.contact, typed.welcome, [row])
        except IntegrityError as error:
            if rule_broken(error) != "uq_network_name":
                raise
            taken = french("Un réseau de ce nom vient d'être créé : choisissez un autre nom.")
            return _page(network, typed, {"name": taken}), 422
        record("network changed", network=network.id, by=at_desk().id)
    return _done(network, "change")


@blueprint.post("/reglages/logo")
def change_logo() -> ResponseReturnValue:
    """The one of the form, made again; or none from now on."""
    network, found = network_of_address(), request.files.get("logo")
    if request.form.get("action") == REMOVE:
        if network.logo:
            store.change_logo(network, None, [_told(network, "logo retiré")])
            record("network changed", network=network.id, by=at_desk().id)
        return _done(network, "retire")
    if found is None or not found.filename:
        return _page(network, errors={"logo": french("Choisissez le fichier de votre logo.")}), 422
    try:
        png = made_again(found.read())
    except LogoError as error:
        return _page(network, errors={"logo": french(str(error))}), 422
    store.change_logo(network, png, [_told(network, "logo changé")])
    record("network changed", network=network.id, by=at_desk().id)
    return _done(network, "logo")


def _told(network: Network, what: str) -> AdminAct:
    me = at_desk()
    return noted("network_changed", By(me.id, me.email), now(), network=network.name, what=what)


def _done(network: Network, told: str) -> Response:
    return redirect(url_for("network.face", reseau=network.id, quoi=told), 303)


def _page(network: Network, typed: TypedFace | None = None, errors: Errors | None = None) -> str:
    return render_template(
        "network/face.html",
        me=at_desk(),
        network=network,
        typed=typed or TypedFace.of(network),
        told=request.args.get("quoi"),
        errors=[{"href": f"#{name}", "text": text} for name, text in (errors or {}).items()],
        wrong=errors or {},
        longest={"name": LONGEST_NAME, "contact": LONGEST_CONTACT, "welcome": LONGEST_WELCOME},
        kilobytes=LARGEST_LOGO // 1000,
        longest_side=LONGEST_SIDE,
    )
