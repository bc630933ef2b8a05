"""/verifier: what a report is, from its fingerprint, printed at its end as « numéro de vérification ».

Public, and no answer nor name is shown.

Neither the territory nor the network: the paper says them, and few territories answer to one network, so that its name
would tell who to somebody who only has a fingerprint. A fingerprint is 96 bits of a digest: guessing one of a million
reports would take 25,000 billion tries a second for a century, so that tries are not counted.

Found: every report sent to a network or whose PDF was asked for while it had the file, as long as its file is kept; of
a file not sent, the last ones whose PDF was asked for. One that was only read on the screen leaves nothing behind.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, Form, StringField, ValidationError

from selfassess.core.answers.typed import line
from selfassess.core.report.report import FINGERPRINT_LENGTH, Report
from selfassess.core.report.reviewed_page import DECLARED as DECLARED_READING
from selfassess.core.report.reviewed_page import NETWORK
from selfassess.core.report.shapes import read_report
from selfassess.core.review.acts import SENT, VALIDATED
from selfassess.store.models import Submission
from selfassess.store.reports import UNSENT_KEPT, holders, sent_as
from selfassess.web.french import french, french_day, several
from selfassess.web.public.legal import files_kept
from selfassess.web.report.presentation import grouped
from selfassess.web.report.visibility import reviewed, reviewed_for_elus

blueprint = Blueprint("verify", __name__, url_prefix="/verifier")

STATES = UNSENT, LENT, TRIAL, DECLARED, UNDER_WAY, REVIEWED = (
    "unsent",
    "lent",
    "trial",
    "declared",
    "under_way",
    "reviewed",
)
# What became of it since.
SINCE = CURRENT, LATER, REOPENED, WITHDRAWN, NOT_SENT = ("current", "later", "reopened", "withdrawn", "not_sent")
ASK = "Écrivez le numéro de vérification du rapport, par exemple « 4f1c 09ab 77d2 e0c3 5b68 a1f4 »."
STRANGE = "Ce numéro n'a que des chiffres de 0 à 9 et des lettres de a à f. Vérifiez ce que vous avez recopié."


@dataclass(frozen=True)
class VerifiedReport:
    """All that the page says. `day`, `read_on`: ISO days. `leads`: whose reading comes first, once one is validated.
    `elected`: it is a version for élus."""

    edition: str
    day: str
    state: str
    since: str
    read_on: str | None = None
    leads: str | None = None
    elected: bool = False


def typed(text: str | None) -> str:
    """What was typed from paper, as it is printed: without spaces, line breaks, hyphens or capitals."""
    text = unicodedata.normalize("NFKC", line(text or "")).lower()
    return "".join(one for one in text if not one.isspace() and unicodedata.category(one) != "Pd")


class FingerprintForm(Form):  # type: ignore[misc]  # published without types
    numero = StringField(filters=[lambda text: line(text or "")])

    def validate_numero(self, field: Field) -> None:
        found = typed(field.data)
        if not found:
            raise ValidationError(french(ASK))
        if re.search("[^0-9a-f]", found):
            raise ValidationError(french(STRANGE))
        if len(found) != FINGERPRINT_LENGTH:
            given = several(len(found), "caractère")
            told = f"Un numéro de vérification a {FINGERPRINT_LENGTH} caractères, et il y en a ici {given}."
            raise ValidationError(french(f"{told} Vérifiez ce que vous avez recopié."))

    @property
    def links(self) -> list[dict[str, str]]:
        """Lines of the error summary."""
        return [{"href": f"#{field.id}", "text": field.errors[0]} for field in self if field.errors]


@blueprint.after_request
def not_for_search_engines(response: Response) -> Response:
    if request.endpoint != "verify.ask" or request.args:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("")
def ask() -> ResponseReturnValue:
    if "numero" not in request.args:
        return _page(FingerprintForm())
    form = FingerprintForm(request.args)
    return _answer(form) if form.validate() else (_page(form), 422)


@blueprint.get("/<fingerprint>")
def one(fingerprint: str) -> ResponseReturnValue:
    form = FingerprintForm(data={"numero": fingerprint})
    if not form.validate():
        return _page(form), 422
    if typed(fingerprint) != fingerprint:
        return _answer(form)
    told = find(fingerprint)
    if told is None:
        kept = {**files_kept(), "pdf": UNSENT_KEPT}
        form.numero.data = grouped(fingerprint)
        return render_template("verify/unknown.html", form=form, errors=[], kept=kept), 404
    return render_template("verify/one.html", told=told, fingerprint=grouped(fingerprint), french_day=french_day)


def _answer(form: FingerprintForm) -> ResponseReturnValue:
    """One address for a fingerprint, however it was typed."""
    return redirect(url_for("verify.one", fingerprint=typed(form.numero.data)), 303)


def _page(form: FingerprintForm) -> str:
    return render_template("verify/ask.html", form=form, errors=form.links)


def find(fingerprint: str) -> VerifiedReport | None:
    """What may be told of the report with that fingerprint; None when no file has one."""
    kept, files = holders(fingerprint)
    if kept is None or not files:
        return None
    report = read_report(kept)
    # The same answers on the same day give several files one report: what was sent is told first.
    state, since = min((_of(report, one) for one in files), key=lambda of: (of[0] == UNSENT, SINCE.index(of[1])))
    read_on = report.review.day if report.review else None
    leads = None
    if report.review is not None and report.review.state == "validated":
        leads = NETWORK if report.review.page else DECLARED_READING
    return VerifiedReport(report.edition, report.day, state, since, read_on, leads, report.elected)


def _of(report: Report, submission: Submission) -> tuple[str, str]:
    """Of one file: what its report was, and what became of it since."""
    sent = sent_as(submission, elected=report.elected)
    own = report.abroad.of if report.abroad else report.fingerprint  # a page for a partner is of a report
    here = submission.state in SENT
    if report.trial:
        return TRIAL, NOT_SENT
    if report.review is None and own not in sent:
        return LENT if report.draft else UNSENT, LATER if here else NOT_SENT
    if report.review is not None:
        validated = report.review.state == "validated"
        state = REVIEWED if validated else UNDER_WAY
        now = (reviewed_for_elus if report.elected else reviewed)(submission) if here else None
        latest = now is not None and now.fingerprint == own
        gone = REOPENED if validated and submission.state != VALIDATED else LATER
    else:
        state, gone = DECLARED, LATER
        latest = own == sent[-1] and submission.state != VALIDATED
    return state, WITHDRAWN if not here else CURRENT if latest else gone
