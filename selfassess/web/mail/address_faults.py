"""Why an e-mail address is refused, in a sentence that says how to mend it."""

from __future__ import annotations

import re

from selfassess.store.mails import LONGEST_LOCAL, valid_address
from selfassess.store.models import LONGEST_ADDRESS
from selfassess.web.french import french, too_long

EXAMPLE = "pat@collectivite.fr"
PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]")
PLAIN_AFTER = re.compile(r"[A-Za-z0-9.-]")


def address_fault(text: str) -> str | None:
    """What is wrong with an address that was typed, spaces around aside; None when a message may be sent there."""
    if valid_address(text):
        return None
    return french(_several(text) or _sign(text) or _shape(text) or f"Écrivez une adresse complète, comme {EXAMPLE}.")


def _several(text: str) -> str | None:
    """None, more than one, or one with something around it."""
    if not text:
        return f"Écrivez une adresse e-mail, par exemple {EXAMPLE}."
    if too_much := too_long("Le texte de cette adresse", text, LONGEST_ADDRESS):
        return too_much
    if text.count("@") > 1:
        return "Écrivez une seule adresse e-mail, avec un seul signe « @ »."
    if found := re.search(r"<\s*([^\s<>]+@[^\s<>]+)\s*>", text):
        return f"Écrivez l'adresse seule, sans nom ni « < > » autour : {found[1]}."
    if text.lower().startswith("mailto:"):
        return "Écrivez l'adresse seule, sans « mailto: » devant."
    return None


def _sign(text: str) -> str | None:
    """A sign that no address has, or one that is missing."""
    if accented := sorted({one for one in text if one.isalpha() and not one.isascii()}):
        return f"Les accents ne sont pas acceptés dans une adresse, ni d'autres alphabets : {_listed(accented)}."
    if " " in text:
        return "Une adresse e-mail ne contient pas d'espace : retirez-le."
    before, at, after = text.partition("@")
    if not at:
        return f"Il manque le signe « @ » : une adresse s'écrit comme {EXAMPLE}."
    strange = {one for one in before if not PLAIN.match(one)} | {one for one in after if not PLAIN_AFTER.match(one)}
    if strange & {",", ";"}:
        return f"Écrivez une seule adresse e-mail, sans {_listed(sorted(strange))}."
    if strange:
        where = " après « @ »" if strange <= {one for one in after if PLAIN.match(one)} else ""
        return f"Ce signe n'est pas accepté dans une adresse{where} : {_listed(sorted(strange))}."
    return None


def _shape(text: str) -> str | None:
    before, _, after = text.partition("@")
    if not before:
        return "Il manque ce qui vient avant « @ »."
    if not after:
        return "Il manque ce qui vient après « @ », par exemple collectivite.fr."
    if text.endswith("."):
        return "L'adresse finit par un point : retirez-le."
    if before.startswith(".") or before.endswith(".") or after.startswith("."):
        return "Un point ne peut être ni au début de l'adresse, ni juste avant ou après « @ »."
    if ".." in text:
        return "Deux points se suivent : gardez-en un seul."
    if too_much := too_long("Ce qui vient avant « @ »", before, LONGEST_LOCAL):
        return too_much
    if "." not in after:
        return f"Il manque la fin de l'adresse : après « @ », un nom comme collectivite.fr, et non « {after} » seul."
    return f"Ce qui vient après « @ » n'est pas un nom de site : écrivez-le comme collectivite.fr, et non « {after} »."


def _listed(signs: list[str]) -> str:
    return ", ".join(f"« {one} »" for one in signs)
