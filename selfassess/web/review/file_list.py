"""The files sent to the facilitator's networks: found, filtered, in order, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from selfassess.core.definition.typography import NBSP
from selfassess.core.network.month import LATE
from selfassess.core.review.acts import SUBMITTED, VALIDATED
from selfassess.store import file_list as store
from selfassess.store.file_list import MOVED, NAME, SENT_ON
from selfassess.web.definitions import library
from selfassess.web.files.desk import current_facilitator, network_ids
from selfassess.web.french import day, day_of, french, now, several
from selfassess.web.review import blueprint
from selfassess.web.review.filters import ASSIGNED, EDITION, ME, NETWORK, NOBODY, ListFilter
from selfassess.web.review.list_address import (
    NEW,
    SORT,
    SORTS,
    STATE,
    USUAL_SORT,
    YES,
    ListAddress,
    address,
    cursor_in,
    filters,
    read_address,
    tidy,
)
from selfassess.web.review.state_labels import LISTS, STATES, StateLabel

HERE, FILE = "review.queue", "review.file"
TALLIED = {EDITION: store.EDITION, ASSIGNED: store.ASSIGNED, NETWORK: store.NETWORK}  # by filter, its kind
COLUMNS = {  # by what each is put in order
    "Territoire": NAME,
    "État": "",
    "Lecture déclarée": "",
    "Dernier envoi": SENT_ON,
    "Dernier mouvement": MOVED,
    "Suivi par": "",
}


@dataclass(frozen=True)
class ListedFile:
    """One file of the list, in words. `assigned`: who follows it, empty for nobody."""

    reference: str
    href: str | None
    name: str
    about: str
    network: str
    state: StateLabel
    reading: str
    sent: str
    moved: str
    assigned: str
    fresh: bool
    stands: str
    earlier: str


@blueprint.get("")
def queue() -> str | Response:
    if clean := _untidy():
        return redirect(clean, 303)
    me, networks, asked = current_facilitator(), network_ids(), read_address(request.args)
    page = store.page(asked.view, networks, me.id, asked.cursor)
    if asked.cursor and (not page.rows or (asked.cursor.before and not page.previous and len(page.rows) < store.PAGE)):
        return redirect(address(HERE, asked.chosen), 303)  # files have moved: the first page, full
    counts = store.count_files(asked.view, networks, me.id)
    total = _total(asked.view.state, counts.states)
    known = store.tallies(me.networks)
    everything = sum(files for (kind, _), files in known.items() if kind == store.NETWORK)
    counted = [one.tallied_at for one in me.networks if one.tallied_at]
    return render_template(
        "review/queue.html",
        me=me,
        mine=french(" et ".join(f"« {one.name} »" for one in me.networks)),
        asked=asked,
        chosen=asked.chosen,
        address=address,
        lines=list(_lines(page.rows, networks)),
        total=total,
        everything=everything or known.get((store.ASIDE, "")),
        most=store.MOST,
        total_words=several(total, "dossier", most=store.MOST),
        fresh_words=many(counts.fresh),
        counted_at=min(counted) if counted else None,
        fresh=counts.fresh,
        fresh_href=address(HERE, {NEW: YES}),
        states=list(_states(asked, counts.states)),
        selects=list(_selects(known, asked, everything)),
        sorts=[(name, french(words)) for name, (_, _, words) in SORTS.items()],
        sort=asked.chosen.get(SORT, (USUAL_SORT,))[0],
        headers=list(_headers(asked)),
        criteria=[(words, address(HERE, asked.without(*one))) for one, words in asked.criteria.items()],
        people=list(_people(me.id)),
        here=address(HERE, asked.chosen),
        looser=[] if total else list(_looser(asked, networks)),
        previous_href=page.previous and address(HERE, cursor_in(asked.chosen, page.previous)),
        next_href=page.next and address(HERE, cursor_in(asked.chosen, page.next)),
    )


def _states(asked: ListAddress, counts: Mapping[str, int]) -> Iterator[tuple[str, str, str, bool]]:
    """(words, address, how many, is it this one) of each state, the other criteria kept."""
    yield "Tous", address(HERE, {**asked.chosen, STATE: ()}), many(_total("", counts)), not asked.view.state
    for name, words in LISTS.items():
        if name == store.ASIDE and not counts.get(name) and asked.view.state != name:
            continue  # most networks never set anything aside
        href = address(HERE, {**asked.chosen, STATE: (name,)})
        yield words.several, href, many(counts.get(name, 0)), asked.view.state == name


def _untidy() -> str:
    """The same address tidied, where it is not."""
    clean = tidy(request.args)
    same = list(request.args.items(multi=True)) == [(name, one) for name, values in clean.items() for one in values]
    return "" if same else address(HERE, clean)


def _headers(asked: ListAddress) -> Iterator[tuple[str, str, str]]:
    """(words, address in that order, `aria-sort` when it is in it already) of each column; no address, no order."""
    for words, key in COLUMNS.items():
        names = [name for name, (sort, _, _) in SORTS.items() if sort == key]
        if not names:
            yield words, "", ""
            continue
        here = SORTS[asked.chosen.get(SORT, (USUAL_SORT,))[0]]
        turned = here[0] == key
        next_one = next(name for name in names if SORTS[name][1] != here[1]) if turned else names[0]
        yield (
            words,
            address(HERE, {**asked.chosen, SORT: () if next_one == USUAL_SORT else (next_one,)}),
            ("descending" if here[1] else "ascending") if turned else "",
        )


def _people(me: int) -> Iterator[tuple[str, str]]:
    """(value, words) of who may follow files: those of the filter."""
    found = {one.name: one.values for one in filters()}[ASSIGNED]
    for value, words in found.items():
        yield {ME: str(me), NOBODY: ""}.get(value, value), words


def _selects(
    known: store.Tallies, asked: ListAddress, everything: int
) -> Iterator[tuple[ListFilter, list[tuple[str, str, int]], tuple[str, ...]]]:
    """(filter, [(value, words, how many files of the networks)], values chosen): only what tells files apart."""
    me = str(current_facilitator().id)
    for criterion in filters():
        kind = criterion.kind or TALLIED[criterion.name]
        kept_as = {ME: me, NOBODY: str(store.NOBODY)} if criterion.name == ASSIGNED else {}
        picked = asked.chosen.get(criterion.name, ())
        offered = [
            (value, words, known.get((kind, kept_as.get(value, value)), 0)) for value, words in criterion.values.items()
        ]
        offered = [found for found in offered if found[2] or found[0] in picked]
        if picked or (criterion.offered and any(count < everything for _, _, count in offered)):
            yield criterion, offered, picked


def _looser(asked: ListAddress, networks: list[int]) -> Iterator[tuple[str, str, str]]:
    """(criterion, address without it, how many files then) where there would be some."""
    for one, words in asked.criteria.items():
        rest = asked.without(*one)
        view = read_address(MultiDict([(name, value) for name, values in rest.items() for value in values])).view
        count = _total(view.state, store.count_files(view, networks).states)
        if count:
            yield words, address(HERE, rest), several(count, "dossier", most=store.MOST)


def many(count: int) -> str:
    """No list counts further than MOST."""
    return str(count) if count <= store.MOST else f"plus de {store.MOST}"


def _total(state: str, counts: Mapping[str, int]) -> int:
    return counts.get(state, 0) if state else sum(count for name, count in counts.items() if name != store.ASIDE)


def _lines(rows: Sequence[Row[*tuple[object, ...]]], networks: list[int]) -> Iterator[ListedFile]:
    standings = store.standings(rows, networks)
    yield from (_line(row, standings[row.id]) for row in rows)


def _line(row: Row[object], stands: store.Standing) -> ListedFile:
    me = current_facilitator()
    people = {one.name: one.values for one in filters()}[ASSIGNED]
    names = {one.id: one.name for one in me.networks} if len(me.networks) > 1 else {}
    return ListedFile(
        reference=row.reference,
        href=url_for(FILE, reference=row.reference) if FILE in current_app.view_functions else None,
        name=row.name or "Territoire non renseigné",
        about=_about(row),
        network=names.get(row.network_id, ""),
        state=STATES[row.state],
        reading=row.reading,
        sent=_day(row.sent_at),
        moved=_day(row.moved_at),
        assigned="Moi" if row.assigned_id == me.id else people.get(str(row.assigned_id), ""),
        fresh=row.fresh,
        stands=french(" ; ".join(_stands(row, stands))),
        earlier=several(stands.earlier, "dossier antérieur", "dossiers antérieurs") if stands.earlier else "",
    )


def _stands(row: Row[object], stands: store.Standing) -> Iterator[str]:
    """What the state does not tell: whose turn it is, and since when."""
    if row.state == SUBMITTED:
        last = stands.acts[-1] if stands.acts else ""
        told = {"resubmit": "précisions reçues", "judge": "lecture écrite, à valider", "reopen": "relecture rouverte"}
        if told.get(last):
            yield told[last]
        elif not stands.opened:
            yield "jamais ouvert"
    since = row.sent_at if row.state == SUBMITTED else row.moved_at
    if row.state != VALIDATED and since and now() - since > LATE:
        whose = "vous attend" if row.state == SUBMITTED else "sans réponse"
        yield f"{whose} depuis le {day(day_of(since))}"


def _day(at: datetime) -> str:
    return day(day_of(at)).replace(" ", NBSP, 1)  # narrow columns: the day stays with its month


def _about(row: Row[object]) -> str:
    """Type of structure and département: « Métropole, Isère (38) »."""
    known = library()
    edition = known.definitions.editions.get(row.edition, known.definitions.current)
    question = edition.questionnaire.territory
    territory = row.answers.get(question.id) or {}
    kind = next((one.text for one in question.types if one.id == territory.get("type")), "")
    code = territory.get("departement", "")
    name = known.directory.departements.get(code, "")
    return ", ".join(filter(None, (kind, f"{name} ({code})" if name else "")))
