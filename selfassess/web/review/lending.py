"""« Donner un lien de lecture »: the report of a file, lent by its network; each link shown once, listed, switched off.

It ends when the territory takes its file back, and the territory sees it among the links given.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from selfassess.core.answers.typed import line
from selfassess.core.review.acts import READER
from selfassess.store.acts import NotOpenError, Outcome, perform
from selfassess.store.models import Event, Link, Submission
from selfassess.store.submissions import given, lent_hashes, new_token, switching_off, token_hash
from selfassess.web import throttle
from selfassess.web.errors import Problem
from selfassess.web.files.desk import current_actor, current_facilitator, sent_file
from selfassess.web.forms.fields import LONGEST_LABEL
from selfassess.web.french import french, now, several, too_long
from selfassess.web.log_lines import record
from selfassess.web.report.submission_record import has_elected_version
from selfassess.web.review import blueprint
from selfassess.web.review.acts import file_url
from selfassess.web.review.submitted_file import opened

LENT = "lent"  # in the session, until the next page shows it: the token of the link just made
WHOLE = "whole"


@blueprint.get("/dossiers/<reference>/lien")
def lending(reference: str) -> str:
    made = session.get(LENT)
    if made is not None and made["file"] == reference:
        session.pop(LENT)
        return _page(reference, made=made)
    return _page(reference)


@blueprint.post("/dossiers/<reference>/lien")
def lend(reference: str) -> ResponseReturnValue:
    submission, label = sent_file(reference), line(request.form.get("label", ""))
    if told := _fault(label):
        return _page(reference, label, told), 422
    if wait := throttle.minutes_left(throttle.SHARING):
        told = french(f"Trop de liens viennent d'être créés : recommencez dans {several(wait, 'minute')}.")
        return _page(reference, label, told), 429
    token, whole = new_token(), request.form.get("version") == WHOLE or not has_elected_version(submission)
    at, data = now(), {"role": READER, "label": label, "link": token_hash(token)}

    def rows(event: Event) -> Iterator[Link]:
        about = {"submission_id": submission.id, "label": label, "whole": whole, "created_at": event.at}
        yield Link(hash=token_hash(token), role=READER, **about)

    _do(submission, "lend", at, Outcome(data, rows=rows))
    record("link given", file=submission.id, opens=READER, by=current_facilitator().id)
    session[LENT] = {"file": reference, "token": token, "label": label}
    return redirect(url_for("review.lending", reference=reference, _anchor="donne"), 303)


@blueprint.post("/dossiers/<reference>/lien/desactiver")
def unlend(reference: str) -> Response:
    """One that the network gave. Switched off already: nothing more happens."""
    submission = sent_file(reference)
    link = next((one for one in _lent(submission) if one.hash == request.form.get("link")), None)
    if link is None:
        raise Problem("bad_form")
    if link.revoked_at is None:
        at, off = now(), {"role": READER, "label": link.label}
        statement = switching_off(link, at)
        _do(submission, "unlend", at, Outcome(off, rows=lambda event: [statement]))
        record("link withdrawn", file=submission.id, opens=READER, by=current_facilitator().id)
    return redirect(url_for("review.lending", reference=reference, _anchor="liens"), 303)


def _do(submission: Submission, act: str, at: datetime, outcome: Outcome) -> None:
    try:
        perform(submission, act, current_actor(), at, lambda found: outcome)
    except NotOpenError:
        raise Problem("not_open") from None


def _fault(label: str) -> str | None:
    return french("Écrivez pour qui est ce lien.") if not label else too_long("Ce texte", label, LONGEST_LABEL)


def _lent(submission: Submission) -> list[Link]:
    theirs = lent_hashes(submission)
    return [one for one in given(submission) if one.hash in theirs]


def _page(reference: str, label: str = "", fault: str = "", made: dict[str, str] | None = None) -> str:
    sent = opened(reference)
    links = _lent(sent.submission)
    return render_template(
        "review/lend.html",
        me=current_facilitator(),
        sent=sent,
        label=label,
        longest=LONGEST_LABEL,
        made=made,
        address=url_for("reader.open", token=made["token"], _external=True) if made else "",
        elected=has_elected_version(sent.submission),
        on=[one for one in links if one.revoked_at is None],
        off=[one for one in links if one.revoked_at is not None],
        errors=[{"href": "#label", "text": fault}] if fault else [],
        wrong=fault,
        back_href=file_url(sent),
    )
