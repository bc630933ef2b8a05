"""Commands of whoever runs the site: `network add|reply-to|close`, `facilitator add|deactivate`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import click
from flask import Flask, current_app, url_for

from selfassess.core.answers.typed import line
from selfassess.core.definition.typography import fold
from selfassess.store import accounts
from selfassess.store.accounts import INVITATION
from selfassess.store.database import writing
from selfassess.store.models import Facilitator, Network
from selfassess.store.networks import add_network, answer_at, close_network, networks
from selfassess.store.submissions import new_token
from selfassess.web.accounts.account_forms import typed_email
from selfassess.web.commands.groups import Commands, stop
from selfassess.web.definitions import library
from selfassess.web.french import french, moment, now
from selfassess.web.log_lines import record
from selfassess.web.mail import outbox
from selfassess.web.mail.address_faults import address_fault
from selfassess.web.settings import settings

LONGEST_NAME = 120
COMMAND = "command"  # who acts, in the log: whoever may run commands here

network = Commands("network", help="Réseaux qui suivent des territoires.")
facilitator = Commands("facilitator", help="Comptes des personnes qui animent un réseau.")


def register(app: Flask) -> None:
    app.cli.add_command(network)
    app.cli.add_command(facilitator)


def say(text: str) -> None:
    click.echo(french(text))


def stop_if(faults: Sequence[str]) -> None:
    if faults:
        stop(faults)


@network.command("add")
@click.argument("name")
@click.option("--region", default="", help="Nom de la région ; aucune : toute la France.")
@click.option(
    "--reply-to", default="", help="Adresse où vont les réponses aux messages ; aucune : personne ne les lit."
)
def add(name: str, region: str, reply_to: str) -> None:
    """Crée le réseau NAME, à qui l'on peut envoyer des dossiers."""
    name, region, reply_to = line(name), line(region), line(reply_to)
    known = library().directory.regions
    found = _same(region, known) if region else ""
    faults = [*_text_faults("Le nom du réseau", name), *(_address_faults(reply_to) if reply_to else [])]
    same = _same(name, [one.name for one in networks()])
    if name and same:
        faults.append(f"Le réseau « {same} » existe déjà.")
    if found is None:
        faults.append(f"Région inconnue : « {region} ».{_suggestion(region, known)}")
    stop_if(faults)
    made = add_network(name, found or "", now(), reply_to or None)
    record("network added", network=made.id, by=COMMAND)
    say(f"Réseau « {made.name} » créé ({made.region or 'toute la France'}).")


@network.command("close")
@click.argument("name")
def close(name: str) -> None:
    """Ferme le réseau NAME : il ne reçoit plus rien, ses dossiers restent à qui l'anime."""
    found, faults = _known([name])
    stop_if(faults)
    if found[0].closed_at is not None:
        stop([f"Le réseau « {found[0].name} » est fermé depuis le {moment(found[0].closed_at)}."])
    close_network(found[0], now())
    record("network closed", network=found[0].id, by=COMMAND)
    say(f"Réseau « {found[0].name} » fermé : il ne reçoit plus de dossier.")


@network.command("reply-to")
@click.argument("name")
@click.argument("email", default="")
def reply_to(name: str, email: str) -> None:
    """Les réponses aux messages du réseau NAME vont à EMAIL ; sans EMAIL, personne ne les lit."""
    found, faults = _known([name])
    email = line(email)
    stop_if([*faults, *(_address_faults(email) if email else [])])
    answer_at(found[0], email or None)
    record("address of answers changed", network=found[0].id, by=COMMAND)
    told = f"vont à {email}" if email else "ne sont lues par personne, et les messages le disent"
    say(f"Réseau « {found[0].name} » : les réponses à ses messages {told}.")


@facilitator.command("add")
@click.argument("email")
@click.option("--label", default="", help="Ce qu'on lit à la place d'un nom, par exemple « Animation du réseau ».")
@click.option("--network", "names", multiple=True, help="Nom d'un réseau ; l'option peut se répéter.")
def invite(email: str, label: str, names: tuple[str, ...]) -> None:
    """Invite EMAIL à animer des réseaux, ou ajoute des réseaux à son compte."""
    email, label = typed_email(email), line(label)
    account = accounts.find_facilitator(email)
    faults = _address_faults(email)
    if label or account is None:
        faults += _text_faults("Le nom affiché (--label)", label)
    if not names:
        faults.append("Nommez au moins un réseau, avec --network.")
    found, unknown = _known(names)
    faults += unknown
    faults += [f"Le réseau « {one.name} » est fermé." for one in found if one.closed_at is not None]
    stop_if(faults)
    if account is None:
        account = accounts.add_facilitator(email, label, found, now())
        record("account made", account=account.id, by=COMMAND)
        say(f"Compte « {label} » créé pour {email}.")
    elif account.deactivated_at is not None:
        accounts.reactivate(account, label or account.label, found)
        record("account opened again", account=account.id, by=COMMAND)
        say(f"Compte « {account.label} » de nouveau actif, dans ces réseaux seulement.")
    else:
        _add_to(account, label, found)
    if account.password is None:
        _hand_over(account)


@facilitator.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """Ferme le compte EMAIL : sessions, liens et mot de passe n'ouvrent plus rien."""
    account = accounts.find_facilitator(typed_email(email))
    if account is None:
        stop([f"Aucun compte n'a l'adresse « {email} »."])
    if account.deactivated_at is not None:
        stop([f"Le compte de {account.email} est désactivé depuis le {moment(account.deactivated_at)}."])
    accounts.deactivate(account, now())
    record("account closed", account=account.id, by=COMMAND)
    say(f"Compte « {account.label} » désactivé : plus rien ne l'ouvre.")


def _add_to(account: Facilitator, label: str, found: Sequence[Network]) -> None:
    for one in accounts.join(account, found, label or account.label):
        record("network given to an account", account=account.id, network=one.id, by=COMMAND)
        say(f"Réseau « {one.name} » ajouté au compte « {account.label} ».")
    say(f"Réseaux du compte : {', '.join(one.name for one in account.networks)}.")


def _hand_over(account: Facilitator) -> None:
    """The invitation, by e-mail and on the screen: two links, the first used ends both."""
    token, at = new_token(), now()
    accounts.make_key(account.id, INVITATION, token, at)
    with writing() as session:
        session.add(outbox.to_facilitator(account, INVITATION, f"{account.id}.{at:%Y%m%d%H%M%S%f}"))
    if settings().smtp_url:
        say(f"Une invitation part par e-mail à {account.email}.")
    else:
        say("Aucun courriel ne part de ce site (réglage SMTP_URL) : donnez ce lien vous-même.")
    say(f"Le lien suivant sert une seule fois, jusqu'au {moment(at + accounts.KEY_LIVES[INVITATION])} :")
    click.echo(_address(token))


def _address(token: str) -> str:
    with current_app.test_request_context(base_url=settings().public_url):
        return url_for("accounts.key", token=token, _external=True)


def _address_faults(email: str) -> list[str]:
    fault = address_fault(email)
    return [f"Adresse e-mail impossible : « {email} ». {fault}"] if fault else []


def _text_faults(what: str, text: str) -> list[str]:
    if not text:
        return [f"{what} est vide."]
    return [f"{what} dépasse {LONGEST_NAME} caractères."] if len(text) > LONGEST_NAME else []


def _known(names: Iterable[str]) -> tuple[list[Network], list[str]]:
    """The networks of those names, and a fault for each name that none has."""
    by_name = {one.name: one for one in networks()}
    found, faults = dict[int, Network](), []
    for name in names:
        closest = _same(name, by_name)
        if closest is None:
            faults.append(f"Réseau inconnu : « {name} ».{_suggestion(name, by_name)}")
        else:
            found[by_name[closest].id] = by_name[closest]
    return list(found.values()), faults


def _same(name: str, among: Iterable[str]) -> str | None:
    """That name, whatever its case and accents."""
    return {fold(one).strip(): one for one in among}.get(fold(name).strip())


def _suggestion(name: str, among: Iterable[str]) -> str:
    folded = {fold(one).strip(): one for one in among}
    near = get_close_matches(fold(name).strip(), folded, 1)
    return f" Est-ce « {folded[near[0]]} » ?" if near else ""
