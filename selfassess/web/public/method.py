"""The Méthode of an edition, rendered from the definitions: one page anyone reads, then its parts and its devices.

Each is made once a day, then sent from memory with its digest.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import partial

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from selfassess.content.journal import Entry, read_journal
from selfassess.content.reader import FaultyError
from selfassess.core.definition.device import Device
from selfassess.core.definition.edition import ENGINE, Edition
from selfassess.core.definition.report_texts import BLANK
from selfassess.core.definition.typology import COUNTER
from selfassess.core.explanation.conditions import phrase, say
from selfassess.core.explanation.method import METHOD_PAGES, in_method, ours, page_of, point_place, readers
from selfassess.core.report.dates import ENDING, Dated, notes
from selfassess.core.report.device_sheet import rests_on, to_ask
from selfassess.web.definitions import library
from selfassess.web.french import today
from selfassess.web.public.pages import blueprint
from selfassess.web.public.preview import are_open

EXTENSION = "selfassess.method"
FIRST = ""  # the page of an edition, which its parts stand under


@blueprint.get("/methode")
def method() -> Response:
    return _page(library().definitions.current, FIRST, named=False)


@blueprint.get("/methode/<edition>")
def method_of(edition: str) -> Response:
    """Reports of before lead to its places: it keeps each on a line, which leads to where it is now."""
    return _page(_edition(edition), FIRST)


@blueprint.get("/methode/<edition>/<part>")
def method_part(edition: str, part: str) -> Response:
    """The reasons of a report lead to its places: ids of the page, named in `core.explanation.sentence.Why.place`."""
    if part not in METHOD_PAGES:
        abort(404)
    return _page(_edition(edition), f"/{part}")


@blueprint.get("/methode/<edition>/dispositifs/<device>")
def method_device(edition: str, device: str) -> Answer:
    """A device that is no longer there: the list of those that are, for reports that named it."""
    one = _edition(edition)
    if device not in {known.id for known in library().definitions.devices}:
        return redirect(url_for("pages.method_part", edition=edition, part="dispositifs"))
    return _page(one, f"/dispositifs/{device}")


def _edition(name: str) -> Edition:
    """404 for a name that none has, and for a draft where none is tried."""
    edition = library().definitions.editions.get(name)
    if edition is None or not (edition.questionnaire.published or are_open()):
        abort(404)
    return edition


def _page(edition: Edition, part: str, *, named: bool = True) -> Response:
    """A page of an edition, by its place under the first. Not `named`: its title does not tell the edition."""
    kept: dict[tuple[str, str, bool, date, bool], bytes] = current_app.extensions.setdefault(EXTENSION, {})
    key = (edition.id, part, named, today(), are_open())
    if key not in kept:
        for other in [one for one in kept if one[3] != key[3]]:
            del kept[other]
        kept[key] = _render(edition, part, key[3], named=named).encode()
    response = Response(kept[key], mimetype="text/html")
    response.set_etag(hashlib.sha256(kept[key]).hexdigest()[:32])
    response.headers["Cache-Control"] = "public, no-cache"
    if not edition.questionnaire.published:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.make_conditional(request)
    return response


def _render(edition: Edition, part: str, day: date, *, named: bool) -> str:
    definitions = library().definitions
    home = url_for("pages.method_of", edition=edition.id)
    _, page, device = [*part.split("/"), "", ""][:3]

    def to(place: str) -> str:
        return f"#{place}" if page_of(place) == part else in_method(home, place)

    return render_template(
        f"pages/method/{'device' if device else page}.html" if page else "pages/method.html",
        definitions=definitions,
        edition=edition,
        named=named,
        home=home,
        to=to,
        point_place=point_place,
        editions=[one for one in definitions.editions.values() if one.questionnaire.published],
        device=next((one for one in definitions.devices if one.id == device), None),
        fill=fill,
        say=partial(say, edition=edition),
        phrase=phrase,
        readers=partial(readers, definitions, edition),
        ours=partial(ours, definitions, edition),
        counter=COUNTER,
        engine=ENGINE,
        journal=_journal,
        day=day,
        told=partial(_told, day),
        to_ask=to_ask,
        rests_on=rests_on,
        ending_months=ENDING,
    )


def _told(day: date, device: Device) -> tuple[Dated, ...]:
    """What the dates of a device make one say on a day."""
    definitions = library().definitions
    return notes(definitions.texts.dated, device, definitions.doors.own_calls(device.id), day)


def _journal() -> tuple[Entry, ...]:
    """What it says of published editions. A journal that cannot be read takes no page down: `questions check` tells its
    author."""
    try:
        return tuple(one for one in read_journal(library().root) if _public(one.title))
    except FaultyError as error:
        current_app.logger.warning("%s", "\n".join(map(str, error.problems)))
        return ()


def _public(title: str) -> bool:
    """Of the journal, what is not about a draft: it is written before the edition is published."""
    found = library().definitions.editions.get(title.split(maxsplit=1)[0]) if title else None
    return found is None or found.questionnaire.published or are_open()


def fill(text: str) -> str:
    """A sentence of the report with « … » where an answer comes."""
    return BLANK.sub("…", text)
