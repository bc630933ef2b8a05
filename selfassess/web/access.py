"""Who may reach what: every endpoint has its line here, and what has none is refused.

A new endpoint gets its line with it; a test compares this table with the addresses of the application, and walks
every endpoint with every role. What an act needs of the file's state is in `core.review.acts`.
"""

from __future__ import annotations

from flask import abort, request

from selfassess.core.review.acts import (
    CONTRIBUTOR,
    FACILITATOR,
    PREVIEW,
    READER,
    RESPONDENT,
)
from selfassess.web.errors import Problem
from selfassess.web.files.desk import current_facilitator
from selfassess.web.files.open_links import keep_longer
from selfassess.web.files.opened_file import current_file, current_reading
from selfassess.web.french import now

PUBLIC = frozenset({"public"})
FILE = frozenset({RESPONDENT, CONTRIBUTOR})  # who holds a link to fill in; a contributor, its own section
OWNER = frozenset({RESPONDENT})
READERS = frozenset({READER})
DESK = frozenset({FACILITATOR})

ACCESS = {
    "static": PUBLIC,
    "pages.health": PUBLIC,
    "accounts.login": PUBLIC,
    "accounts.logout": PUBLIC,  # without a session, there is nothing to close
    "accounts.log_in": PUBLIC,
    "accounts.forgotten": PUBLIC,
    "accounts.ask_link": PUBLIC,
    "accounts.asked": PUBLIC,
    "accounts.key": PUBLIC,  # the token is the key
    "accounts.choose": PUBLIC,
    "accounts.account": DESK,
    "accounts.close_one": DESK,
    "accounts.close_all": DESK,
    "accounts.password": DESK,
    "accounts.new_password": DESK,
    "pages.method": PUBLIC,
    "pages.method_of": PUBLIC,
    "pages.site_map": PUBLIC,
    "pages.questions": PUBLIC,
    "pages.territories": PUBLIC,
    "legal.notices": PUBLIC,
    "legal.data": PUBLIC,
    "legal.accessibility": PUBLIC,
    "verify.ask": PUBLIC,
    "verify.one": PUBLIC,  # shows no answer nor name
    "mails.folder": PUBLIC,  # of this machine only
    "mails.one": PUBLIC,
    "respond.home": PUBLIC,
    "respond.start": PUBLIC,
    "respond.another": PUBLIC,
    "respond.resume": PUBLIC,  # the token is the key
    "respond.begun": PUBLIC,
    "respond.left": PUBLIC,
    "respond.tasks": FILE,
    "respond.leave": FILE,
    "respond.leave_now": FILE,
    "respond.delete": OWNER,
    "respond.delete_now": OWNER,
    "respond.question": FILE,
    "respond.answer": FILE,
    "respond.item_question": FILE,
    "respond.item_answer": FILE,
    "respond.add": FILE,
    "respond.added": FILE,
    "respond.rename": FILE,
    "respond.renamed": FILE,
    "respond.drop": OWNER,
    "respond.dropped": OWNER,
    "respond.share": OWNER,
    "respond.shared": OWNER,
    "respond.unshare": OWNER,
    "respond.choose": OWNER,
    "respond.chosen": OWNER,
    "respond.check": FILE,
    "respond.sending": OWNER,
    "respond.send": OWNER,
    "respond.receipt": FILE,
    "respond.withdrawal": OWNER,
    "respond.withdraw": OWNER,
    "respond.restart": OWNER,
    "respond.clarification": FILE,
    "respond.resubmit": OWNER,
    "respond.history": FILE,
    "respond.what_if": FILE,  # reads only: whoever sees the result
    "report.result": FILE,
    "report.prepare": FILE,
    "report.pdf": FILE,
    "report.odt": FILE,
    "report.waiting": FILE,
    "abroad.page": OWNER,
    "abroad.prepare": OWNER,
    "abroad.pdf": OWNER,
    "abroad.waiting": OWNER,
    "which.file": PUBLIC,  # leads to what this browser has open
    "which.reading": PUBLIC,
    "which.unnamed": PUBLIC,  # writes nothing
    "reader.open": PUBLIC,  # the token is the key
    "reader.report": READERS,
    "reader.prepare": READERS,
    "reader.pdf": READERS,
    "reader.odt": READERS,
    "reader.waiting": READERS,
    "review.report": DESK,
    "review.report_prepare": DESK,
    "review.report_pdf": DESK,
    "review.report_odt": DESK,
    "review.report_waiting": DESK,
    "respond.copy": OWNER,
    "respond.copied": OWNER,
    "respond.carried": OWNER,
    "respond.compare": OWNER,
    "respond.resend": OWNER,
    "review.resend": DESK,
    "review.queue": DESK,
    "review.export_csv": DESK,
    "review.export_json": DESK,
    "review.dictionary": DESK,
    "review.file": DESK,
    "review.section": DESK,
    "review.comment": DESK,
    "review.request_form": DESK,
    "review.ask": DESK,
    "review.cancel": DESK,
    "review.reading": DESK,
    "review.judge": DESK,
    "review.correction": DESK,
    "review.correct": DESK,
    "review.assign": DESK,
    "review.set_aside": DESK,
    "review.take_back": DESK,
    "review.confirm": DESK,
    "review.validate": DESK,
    "review.reopening": DESK,
    "review.reopen": DESK,
    "preview.every": PUBLIC,
    "preview.one": PUBLIC,
    "preview.start": PUBLIC,
}
# What a trial of a draft edition is not for: said in words here, and closed by the table of acts in any case.
NOT_FOR_TRIALS = frozenset(
    f"respond.{name}"
    for name in (
        "sending", "send", "receipt", "withdrawal", "withdraw", "restart", "clarification", "resubmit", "resend",
        "share", "shared", "unshare", "choose", "chosen", "copy", "copied",
    )
)  # fmt: skip


def guard() -> None:
    """Before each request: refuse who is not let in by the table."""
    if request.endpoint is None:
        return  # no such address: Flask says so
    who = ACCESS.get(request.endpoint)
    if who is None:
        abort(403)
    if "\0" in request.path:
        abort(404)  # nothing has such a name, and PostgreSQL cannot even be asked
    if who is DESK:
        current_facilitator()
    elif who is READERS:
        current_reading()
    elif who is not PUBLIC:
        file = current_file()
        if file.role not in who:
            raise Problem("not_yours")
        if file.section and (request.view_args or {}).get("section", file.section) != file.section:
            raise Problem("not_your_section")
        if file.submission.state == PREVIEW and request.endpoint in NOT_FOR_TRIALS:
            raise Problem("trial")
        if request.method == "POST":
            keep_longer(now())
