"""Commands of whoever runs the site: `network add|reply-to|close`, `facilitator add|deactivate|reset-second-factor`,
`administrator add|remove`. Each is in the journal of administration too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import click
from flask import Flask, current_app, url_for

from selfassess.core.answers.in_words import listed
from selfassess.core.answers.typed import line
from selfassess.core.definition.typography import fold
from selfassess.store import accounts
from selfassess.store.accounts import INVITATION
from selfassess.store.administration import COMMAND as BY_COMMAND
from selfassess.store.administration import noted
from selfassess.store.models import AdminAct, Facilitator, Network
from selfassess.store.networks import LONGEST_NAME, add_network, answer_at, close_network, networks, same_name
from selfassess.store.submissions import new_token
from selfassess.web.accounts.account_forms import typed_email
from selfassess.web.commands.groups import Commands, stop
from selfassess.web.definitions import library
from selfassess.web.french import french, moment, now
from selfassess.web.log_lines import record
from selfassess.web.mail import outbox
from selfassess.web.mail.address_faults import address_fault
from selfassess.web.settings import settings

ADMINISTERS = "administre le site"
LAST = "C'est le dernier compte qui administre le site : faites-en d'abord un autre (administrator add)."
GIVEN = "affiché, pour être remis"
COMMAND = "command"  # who acts, in the log: whoever may run commands here

network = Commands("network", help="Réseaux qui suivent des territoires.")
facilitator = Commands("facilitator", help="Comptes des personnes qui animent un réseau.")
administrator = Commands("administrator", help="Comptes qui administrent le site : réseaux et comptes, aucun dossier.")


def register(app: Flask) -> None:
    app.cli.add_command(network)
    app.cli.add_command(facilitator)
    app.cli.add_command(administrator)


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
    found = same_name(region, known) if region else ""
    faults = [*_text_faults("Le nom du réseau", name), *(_address_faults(reply_to) if reply_to else [])]
    same = same_name(name, [one.name for one in networks()])
    if name and same:
        faults.append(f"Le réseau « {same} » existe déjà.")
    if found is None:
        faults.append(f"Région inconnue : « {region} ».{_suggestion(region, known)}")
    stop_if(faults)
    made = add_network(name, found or "", now(), reply_to or None, [_noted("network_added", network=name)])
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
    close_network(found[0], now(), [_noted("network_closed", network=found[0].name)])
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
    told = f"réponses aux messages lues à {email}" if email else "réponses aux messages lues par personne"
    answer_at(found[0], email or None, [_noted("network_changed", network=found[0].name, what=told)])
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
        row = _noted("account_added", account=email, what=_follows(found))
        account = accounts.add_facilitator(email, label, found, now(), rows=[row])
        record("account made", account=account.id, by=COMMAND)
        say(f"Compte « {label} » créé pour {email}.")
    elif account.deactivated_at is not None:
        row = _noted("account_reopened", account=email, what=_follows(found))
        accounts.reactivate(account, label or account.label, found, rows=[row])
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
    account = _account(email)
    if account.deactivated_at is not None:
        stop([f"Le compte de {account.email} est désactivé depuis le {moment(account.deactivated_at)}."])
    try:
        accounts.deactivate(account, now(), [_noted("account_closed", account=account.email)])
    except accounts.LastAdministratorError:
        stop([LAST])
    record("account closed", account=account.id, by=COMMAND)
    say(f"Compte « {account.label} » désactivé : plus rien ne l'ouvre.")


@facilitator.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Retire la double authentification du compte EMAIL, qui a perdu son téléphone et ses codes de secours."""
    account = _account(email)
    if account.totp_at is None:
        stop([f"Le compte de {account.email} n'a pas de double authentification."])
    accounts.take_factor_away(account, now(), rows=[_noted("factor_reset", account=account.email)])
    record("second factor reset", account=account.id, by=COMMAND)
    then = (
        "il en demandera une nouvelle à la prochaine connexion" if account.administrator else "le mot de passe suffit"
    )
    say(f"Double authentification retirée du compte de {account.email} : {then}.")


@administrator.command("add")
@click.argument("email")
@click.option("--label", default="Administration du site", help="Ce qu'on lit à la place d'un nom.")
def add_administrator(email: str, label: str) -> None:
    """Invite EMAIL à administrer le site, ou donne ce rôle à son compte."""
    email, label = typed_email(email), line(label)
    account = accounts.find_facilitator(email)
    stop_if([*_address_faults(email), *_text_faults("Le nom affiché (--label)", label)])
    was = account is not None and account.administrator and account.deactivated_at is None
    if account is None:
        row = _noted("account_added", account=email, what=ADMINISTERS)
        account = accounts.add_facilitator(email, label, [], now(), administrator=True, rows=[row])
    elif account.deactivated_at is not None:
        row = _noted("account_reopened", account=email, what=ADMINISTERS)
        accounts.reactivate(account, label, [], administrator=True, rows=[row])
    elif not account.administrator:
        _change_role(account, administrator=True)
    if was:
        say(f"Le compte de {email} administre déjà le site.")
    else:
        record("administrator made", account=account.id, by=COMMAND)
        say(f"{email} administre le site, sans ouvrir de dossier. La double authentification s'active à la connexion.")
    if account.password is None:
        _hand_over(account)


@administrator.command("remove")
@click.argument("email")
def remove_administrator(email: str) -> None:
    """Retire au compte EMAIL l'administration du site ; il garde ses réseaux, s'il en suit."""
    account = _account(email)
    if not account.administrator:
        stop([f"Le compte de {account.email} n'administre pas le site."])
    try:
        _change_role(account, administrator=False)
    except accounts.LastAdministratorError:
        stop([LAST])
    record("administrator ended", account=account.id, by=COMMAND)
    say(f"Le compte de {account.email} n'administre plus le site.")


def _change_role(account: Facilitator, *, administrator: bool) -> None:
    what = ADMINISTERS if administrator else "n'administre plus le site"
    row = _noted("account_changed", account=account.email, what=what)
    accounts.change_account(account, account.label, account.networks, now(), administrator=administrator, rows=[row])


def _account(email: str) -> Facilitator:
    found = accounts.find_facilitator(typed_email(email))
    if found is None:
        stop([f"Aucun compte n'a l'adresse « {email} »."])
    return found


def _noted(kind: str, **data: object) -> AdminAct:
    return noted(kind, BY_COMMAND, now(), **data)


def _follows(found: Sequence[Network]) -> str:
    return f"suit {listed([f'« {one.name} »' for one in found])}"


def _add_to(account: Facilitator, label: str, found: Sequence[Network]) -> None:
    row = _noted(
        "account_changed", account=account.email, what=_follows(list(dict.fromkeys([*account.networks, *found])))
    )
    for one in accounts.join(account, found, label or account.label, [row]):
        record("network given to an account", account=account.id, network=one.id, by=COMMAND)
        say(f"Réseau « {one.name} » ajouté au compte « {account.label} ».")
    say(f"Réseaux du compte : {', '.join(one.name for one in account.networks)}.")


def _hand_over(account: Facilitator) -> None:
    """The invitation, by e-mail and on the screen: two links, the first used ends both."""
    token, at = new_token(), now()
    message = outbox.to_facilitator(account, INVITATION, f"{account.id}.{at:%Y%m%d%H%M%S%f}")
    accounts.make_key(
        account.id, INVITATION, token, at, rows=[message, _noted("link_given", account=account.email, what=GIVEN)]
    )
    if settings().smtp_url:
        say(f"Une invitation part par e-mail à {account.email}, avec son propre lien.")
        say("Ou donnez vous-même le lien suivant : le premier des deux qui sert ferme l'autre.")
    else:
        say("Aucun courriel ne part de ce site (réglage SMTP_URL) : donnez ce lien vous-même.")
    say(f"Il sert une seule fois, jusqu'au {moment(at + accounts.KEY_LIVES[INVITATION])} :")
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
        closest = same_name(name, by_name)
        if closest is None:
            faults.append(f"Réseau inconnu : « {name} ».{_suggestion(name, by_name)}")
        else:
            found[by_name[closest].id] = by_name[closest]
    return list(found.values()), faults


def _suggestion(name: str, among: Iterable[str]) -> str:
    folded = {fold(one).strip(): one for one in among}
    near = get_close_matches(fold(name).strip(), folded, 1)
    return f" Est-ce « {folded[near[0]]} » ?" if near else ""
