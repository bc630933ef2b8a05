"""The view that an address describes, and the address of a view."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import g, url_for
from werkzeug.datastructures import MultiDict

from selfassess.core.definition.typography import fold
from selfassess.store import file_list as store
from selfassess.store.file_list import (
    MOVED,
    NAME,
    SENT_ON,
    Cursor,
    View,
)
from selfassess.web.definitions import library
from selfassess.web.files.desk import current_facilitator, network_ids
from selfassess.web.french import french
from selfassess.web.review.filters import ASSIGNED, EDITION, ME, NETWORK, NOBODY, ListFilter, all_filters
from selfassess.web.review.state_labels import LISTS

SEARCH, STATE, NEW, SORT, AFTER, BEFORE = "recherche", "etat", "nouveau", "tri", "apres", "avant"
EARLIER = "anciens"  # also the files that a later one of the same territory follows
ALONE = (SEARCH, STATE, NEW, EARLIER, SORT, AFTER, BEFORE)  # what has one value; filters may have several
Chosen = Mapping[str, tuple[str, ...]]
YES = "oui"
LONGEST_SEARCH, MOST_WORDS = 100, 12
SHORTENED = (
    f"Votre recherche est longue : seuls ses {LONGEST_SEARCH} premiers caractères, et {MOST_WORDS} mots au plus, "
    "sont cherchés."
)
SORTS: Mapping[str, tuple[str, bool, str]] = {
    "mouvement": (MOVED, True, "Dernier mouvement, le plus récent d’abord"),
    "mouvement-ancien": (MOVED, False, "Dernier mouvement, le plus ancien d’abord"),
    "envoi": (SENT_ON, True, "Date d’envoi, la plus récente d’abord"),
    "envoi-ancien": (SENT_ON, False, "Date d’envoi, la plus ancienne d’abord"),
    "nom": (NAME, False, "Nom du territoire, de A à Z"),
    "nom-inverse": (NAME, True, "Nom du territoire, de Z à A"),
}
USUAL_SORT = next(iter(SORTS))
REFERENCE = re.compile(r"(?:PAT)?([0-9A-Z]{8})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEYS = {MOVED: r"[0-9]{1,17}", SENT_ON: r"[0-9]{1,17}", NAME: r"[a-z0-9 ]{0,240}"}
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class ListAddress:
    """What an address asks for. `chosen`: what of it is understood (nothing of pages), enough to write it again.

    `criteria`: {(name, value): in words} of what filters. `notices`: in words, what is not understood and left aside.
    """

    view: View
    cursor: Cursor | None
    chosen: Chosen
    criteria: Mapping[tuple[str, str], str]
    notices: tuple[str, ...]

    def without(self, name: str, value: str) -> dict[str, tuple[str, ...]]:
        """What is chosen, but for that."""
        left = {
            one: tuple(each for each in values if (one, each) != (name, value)) for one, values in self.chosen.items()
        }
        return {one: values for one, values in left.items() if values}


def read_view(args: MultiDict[str, str]) -> View:
    """The view of an address, for the account logged in."""
    return read_address(args).view


def read_address(args: MultiDict[str, str]) -> ListAddress:
    """What an address asks for, by the account logged in. Never fails, whatever it holds."""
    known = {one.name: one for one in filters()}
    given = [(name, value) for name, values in tidy(args).items() if name not in (AFTER, BEFORE) for value in values]
    said = {one: _criterion(known, *one) for one in given}
    notices = [_left_aside(known, name) for (name, _), words in said.items() if words is None]
    search = args.get(SEARCH, "")
    if len(search) > LONGEST_SEARCH or len(fold(search).split()) > MOST_WORDS:
        notices.append(SHORTENED)
    names = (SEARCH, STATE, *known, EARLIER, NEW, SORT)
    kept = sorted((one for one, words in said.items() if words), key=lambda one: names.index(one[0]))
    chosen = {name: tuple(value for other, value in kept if other == name) for name, _ in kept}
    criteria = {one: french(said[one] or "") for one in kept if one[0] != SORT}
    view = _view(known, chosen)
    cursor = _cursor(args, view)
    if cursor is None and (args.get(AFTER) or args.get(BEFORE)):
        notices.append("Cette adresse ne dit pas à quelle page aller : voici la première.")
    told = tuple(french(one) for one in dict.fromkeys(notices))
    return ListAddress(view, cursor, chosen, criteria, told)


def filters() -> list[ListFilter]:
    """What the account logged in may filter by; read once a request."""
    if "filters" not in g:
        me, known = current_facilitator(), library()
        people = store.colleagues(network_ids())
        g.filters = all_filters(known.definitions, known.directory, me.networks, people, me.id)
    found: list[ListFilter] = g.filters
    return found


def tidy(args: MultiDict[str, str]) -> dict[str, tuple[str, ...]]:
    """The address without what says nothing: blanks, a value written twice, a second one where there is one, the usual
    order."""
    found = {}
    for name, given in args.lists():
        values = [one if name in (AFTER, BEFORE) else one.strip() for one in given]
        kept = tuple(dict.fromkeys(one for one in values if one and (name, one) != (SORT, USUAL_SORT)))
        if kept:
            found[name] = kept[:1] if name in ALONE else kept
    return found


def address(endpoint: str, chosen: Mapping[str, str | tuple[str, ...]]) -> str:
    """The address of an endpoint for what is chosen (not `url_for` alone: some names mean something to it)."""
    told = {name: (value,) if isinstance(value, str) else value for name, value in chosen.items() if value}
    return url_for(endpoint) + (f"?{urlencode(told, doseq=True)}" if told else "")


def cursor_in(chosen: Chosen, cursor: Cursor) -> dict[str, tuple[str, ...]]:
    """What is chosen, from that place of the list on."""
    key = cursor.key if isinstance(cursor.key, str) else str((cursor.key - EPOCH) // timedelta(microseconds=1))
    return {**chosen, BEFORE if cursor.before else AFTER: (f"{key}-{cursor.id}",)}


def _criterion(known: Mapping[str, ListFilter], name: str, value: str) -> str | None:
    """« Région : Bretagne »; None when it means nothing here."""
    if name == SEARCH:
        return f"Recherche : « {value[:LONGEST_SEARCH]} »" if _words(value) else None
    if name == STATE:
        return f"État : {LISTS[value].several}" if value in LISTS else None
    if name == NEW:
        return "Nouveautés seulement" if value == YES else None
    if name == EARLIER:
        return "Dossiers antérieurs compris" if value == YES else None
    if name == SORT:
        return SORTS[value][2] if value in SORTS else None
    if name in known and value in known[name].values:
        return f"{known[name].title} : {known[name].values[value]}"
    return None


def _left_aside(known: Mapping[str, ListFilter], name: str) -> str:
    if name == SEARCH:
        return "La recherche ne contient ni lettre ni chiffre : elle est laissée de côté."
    titles = {
        STATE: "État",
        NEW: "Nouveautés",
        EARLIER: "Dossiers antérieurs",
        SORT: "Trier par",
        **{one.name: one.title for one in known.values()},
    }
    if name in titles:
        return f"Le critère « {titles[name]} » a dans l'adresse une valeur inconnue : il est laissé de côté."
    return "L'adresse contient un critère que cette page ne connaît pas : il est laissé de côté."


def _words(search: str) -> tuple[str, ...]:
    return tuple(fold(search[:LONGEST_SEARCH]).split()[:MOST_WORDS])


def _view(known: Mapping[str, ListFilter], chosen: Chosen) -> View:
    me, first = current_facilitator().id, {name: values[0] for name, values in chosen.items()}
    words = _words(first.get(SEARCH, ""))
    reference = REFERENCE.fullmatch("".join(words).upper())
    sort, descending, _ = SORTS[first.get(SORT, USUAL_SORT)]
    return View(
        words=words,
        code=f"PAT{reference[1]}" if reference else "",
        state=first.get(STATE, ""),
        networks=tuple(map(int, chosen.get(NETWORK, ()))),
        editions=chosen.get(EDITION, ()),
        assigned=tuple(_assigned(one, me) for one in chosen.get(ASSIGNED, ())),
        facets={known[name].kind: values for name, values in chosen.items() if name in known and known[name].kind},
        earlier=EARLIER in chosen,
        new_to=me if NEW in chosen else None,
        sort=sort,
        descending=descending,
    )


def _assigned(value: str, me: int) -> int:
    return me if value == ME else store.NOBODY if value == NOBODY else int(value)


def _cursor(args: MultiDict[str, str], view: View) -> Cursor | None:
    for name in (AFTER, BEFORE):
        found = re.fullmatch(rf"({KEYS[view.sort]})-([0-9]{{1,10}})", args.get(name, ""))
        if found and int(found[2]) <= LARGEST_ID:
            key = found[1] if view.sort == NAME else EPOCH + timedelta(microseconds=int(found[1]))
            return Cursor(key, int(found[2]), before=name == BEFORE)
    return None
