"""Who may reach what: every endpoint has its line here, and what has none is refused.

A new endpoint gets its line with it; a test compares this table with the addresses of the application.
"""

from __future__ import annotations

from flask import abort, request, session

from selfassess.web.current import current_file

PUBLIC = "public"
RESPONDENT = "respondent"

ACCESS = {
    "static": PUBLIC,
    "pages.health": PUBLIC,
    "pages.method": PUBLIC,
    "pages.site_map": PUBLIC,
    "pages.questions": PUBLIC,
    "pages.territories": PUBLIC,
    "respond.home": PUBLIC,
    "respond.start": PUBLIC,
    "respond.another": PUBLIC,
    "respond.resume": PUBLIC,  # the token is the key
    "respond.left": PUBLIC,
    "respond.tasks": RESPONDENT,
    "respond.leave": RESPONDENT,
    "respond.leave_now": RESPONDENT,
    "respond.delete": RESPONDENT,
    "respond.delete_now": RESPONDENT,
    "respond.question": RESPONDENT,
    "respond.answer": RESPONDENT,
    "respond.item_question": RESPONDENT,
    "respond.item_answer": RESPONDENT,
    "respond.add": RESPONDENT,
    "respond.added": RESPONDENT,
    "respond.rename": RESPONDENT,
    "respond.renamed": RESPONDENT,
    "respond.drop": RESPONDENT,
    "respond.dropped": RESPONDENT,
    "respond.check": RESPONDENT,
    "report.result": RESPONDENT,
    "report.prepare": RESPONDENT,
    "report.pdf": RESPONDENT,
    "report.waiting": RESPONDENT,
}


def guard() -> None:
    """Before each request: refuse who is not let in by the table."""
    if request.endpoint is None:
        return  # no such address: Flask says so
    who = ACCESS.get(request.endpoint)
    if who is None:
        abort(403)
    if who == RESPONDENT:
        current_file()
        if request.method == "POST":
            session.modified = True  # the browser remembers its file for as long again
