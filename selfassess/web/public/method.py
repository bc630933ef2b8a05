"""The Méthode of an edition, rendered from the definitions: made once a day, then sent from memory with its digest."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import partial

from flask import Response, abort, current_app, render_template, request

from selfassess.content.journal import Entry, read_journal
from selfassess.content.reader import FaultyError
from selfassess.core.definition.edition import ENGINE
from selfassess.core.definition.report_texts import BLANK
from selfassess.core.definition.typology import COUNTER
from selfassess.core.explanation.conditions import phrase, say
from selfassess.core.explanation.method import ours, readers
from selfassess.core.report.dates import ENDING, notes
from selfassess.core.report.device_sheet import rests_on, to_ask
from selfassess.web.definitions import library
from selfassess.web.french import today
from selfassess.web.public.pages import blueprint
from selfassess.web.public.preview import are_open

EXTENSION = "selfassess.method"


@blueprint.get("/methode")
def method() -> Response:
    return _page(None)


@blueprint.get("/methode/<edition>")
def method_of(edition: str) -> Response:
    """The reasons of a report lead to its places: an id of the page, named in `core.explanation.sentence.Why.place`."""
    return _page(edition)


def _page(name: str | None) -> Response:
    """The page of an edition (None: the current one). 404 for any other name, and for a draft where none is tried."""
    definitions = library().definitions
    edition = definitions.current if name is None else definitions.editions.get(name)
    if edition is None or not (edition.questionnaire.published or are_open()):
        abort(404)
    kept: dict[tuple[str, bool, date, bool], bytes] = current_app.extensions.setdefault(EXTENSION, {})
    key = (edition.id, name is None, today(), are_open())
    if key not in kept:
        for other in [one for one in kept if one[2] != key[2]]:
            del kept[other]
        kept[key] = _render(edition.id, key[2], named=name is not None).encode()
    response = Response(kept[key], mimetype="text/html")
    response.set_etag(hashlib.sha256(kept[key]).hexdigest()[:32])
    response.headers["Cache-Control"] = "public, no-cache"
    if not edition.questionnaire.published:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.make_conditional(request)
    return response


def _render(name: str, day: date, *, named: bool) -> str:
    definitions = library().definitions
    edition = definitions.editions[name]
    told = {
        one.id: notes(definitions.texts.dated, one, definitions.doors.own_calls(one.id), day)
        for one in definitions.devices
    }
    return render_template(
        "pages/method.html",
        definitions=definitions,
        edition=edition,
        named=named,
        editions=[one for one in definitions.editions.values() if one.questionnaire.published],
        fill=fill,
        say=partial(say, edition=edition),
        phrase=phrase,
        readers=readers(definitions, edition),
        ours=ours(definitions, edition),
        counter=COUNTER,
        engine=ENGINE,
        journal=[one for one in _journal() if _public(one.title)],
        day=day,
        told=told,
        to_ask=to_ask,
        rests_on=rests_on,
        ending_months=ENDING,
    )


def _journal() -> tuple[Entry, ...]:
    """A journal that cannot be read takes no page down: `questions check` tells its author."""
    try:
        return read_journal(library().root)
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
