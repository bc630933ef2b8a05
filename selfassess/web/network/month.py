"""« Ce mois-ci »: one page for the call of Monday morning."""

from __future__ import annotations

from flask import render_template

from selfassess.core.definition.doors import Entry
from selfassess.core.definition.edition import Definitions
from selfassess.core.network.month import Together, month_of
from selfassess.core.network.summary import FollowedFile
from selfassess.store.territories.expected import awaited
from selfassess.store.territories.summaries import SummedFile, last_files, summed, uncounted
from selfassess.web.definitions import library
from selfassess.web.files.desk import at_desk
from selfassess.web.french import day, day_of, french, today
from selfassess.web.network import blueprint

MOST_NAMED = 12  # territories under one heading: the page is to hold on one sheet
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip  # half a year a line


@blueprint.get("/mois")
def month() -> str:
    me, definitions = at_desk(), library().definitions
    networks = [one.id for one in me.networks]
    found = month_of(definitions, [followed(one) for one in one_each(summed(last_files(networks)))], today())
    return render_template(
        "network/month.html",
        me=me,
        month=found,
        on=today(),
        uncounted=uncounted(networks),
        silent=[one.name for one in awaited(networks) if not one.reference],
        when=when,
        whom=lambda entry: definitions.contacts.by_id[entry.contact],
        source=lambda name: definitions.sources[name],
        contacts=definitions.contacts.by_id,
        sought=lambda one: sought(definitions, one),
        most=MOST_NAMED,
    )


def one_each(files: list[SummedFile]) -> list[SummedFile]:
    """A territory that two networks follow, once: as it was last sent."""
    last = {
        one.place or one.reference: one for one in sorted(files, key=lambda one: (one.moved_at is not None, one.id))
    }
    return [one for one in files if last[one.place or one.reference] is one]


def followed(one: SummedFile, *, declared: bool = False) -> FollowedFile:
    """As its network reads it once that is validated, unless what is `declared` is asked for."""
    reading = one.declared if declared else one.reviewed or one.declared
    moved = day_of(one.moved_at) if one.moved_at else today()
    return FollowedFile(one.reference, reading.name, one.state, moved, reading)


def when(entry: Entry) -> str:
    """When a door in season may be entered; what past years alone tell is to be checked."""
    if entry.kind == "open" and entry.closes:
        return french(f"ouvert jusqu'au {day(entry.closes)}")
    if entry.opens:
        return french(f"ouverture annoncée le {day(entry.opens)}")
    if entry.closes:
        return french(f"clôture annoncée le {day(entry.closes)}, ouverture à vérifier")
    return french(f"attendu vers {_month(entry)}, d'après les années passées : à vérifier")


def _month(entry: Entry) -> str:
    return f"{MONTHS[(entry.month or 1) - 1]} {entry.year}"


def sought(definitions: Definitions, one: Together) -> str:
    """In words: the device, or the answer; of the latest edition that has it."""
    if not one.question:
        return next(device.short for device in definitions.devices if device.id == one.sought)
    for edition in reversed(list(definitions.editions.values())):
        question = edition.questionnaire.every.get(one.question)
        if question is not None and one.sought in question.by_option:
            return french(f"{question.short} : {question.by_option[one.sought].text}")
    return one.sought
