"""Who may reach what: every endpoint has its line here, and what has none is refused.

A new endpoint gets its line with it; a test compares this table with the addresses of the application, and walks
every endpoint with every role. `files.guard` applies it. What an act needs of a file's state: `core.review.acts`.
"""

from __future__ import annotations

from selfassess.core.review.acts import (
    CONTRIBUTOR,
    FACILITATOR,
    READER,
    RESPONDENT,
)

PUBLIC = frozenset({"public"})
FILE = frozenset({RESPONDENT, CONTRIBUTOR})  # who holds a link to fill in; a contributor, its own section
OWNER = frozenset({RESPONDENT})
COLLEAGUE = frozenset({CONTRIBUTOR})
READERS = frozenset({READER})
DESK = frozenset({FACILITATOR})
ADMINISTRATOR = "administrator"  # of the site: reads no file, unless it follows a network too
ADMINS = frozenset({ADMINISTRATOR})
ACCOUNT = frozenset({FACILITATOR, ADMINISTRATOR})
HALF_WAY = frozenset({"half-way"})  # whose password was right, and whose second factor is asked for

ACCESS = {
    "static": PUBLIC,
    "pages.health": PUBLIC,
    "pages.usage": PUBLIC,
    "well_known.security": PUBLIC,
    "well_known.robots": PUBLIC,
    "accounts.login": PUBLIC,
    "accounts.logout": PUBLIC,  # without a session, there is nothing to close
    "accounts.log_in": PUBLIC,
    "accounts.forgotten": PUBLIC,
    "accounts.ask_link": PUBLIC,
    "accounts.asked": PUBLIC,
    "accounts.key": PUBLIC,  # the token is the key
    "accounts.choose": PUBLIC,
    "accounts.code": HALF_WAY,
    "accounts.check_code": HALF_WAY,
    "accounts.first_enrolment": HALF_WAY,
    "accounts.enrol_first": HALF_WAY,
    "accounts.enrolment": ACCOUNT,
    "accounts.enrol": ACCOUNT,
    "accounts.codes": ACCOUNT,
    "accounts.make_codes": ACCOUNT,
    "accounts.removal": ACCOUNT,
    "accounts.remove_factor": ACCOUNT,
    "accounts.account": ACCOUNT,
    "accounts.close_one": ACCOUNT,
    "accounts.close_all": ACCOUNT,
    "accounts.password": ACCOUNT,
    "accounts.new_password": ACCOUNT,
    "administration.networks": ADMINS,
    "administration.new_network": ADMINS,
    "administration.add_network": ADMINS,
    "administration.network": ADMINS,
    "administration.change_network": ADMINS,
    "administration.closing_network": ADMINS,
    "administration.close_network": ADMINS,
    "administration.reopen_network": ADMINS,
    "administration.accounts": ADMINS,
    "administration.invitation": ADMINS,
    "administration.invite": ADMINS,
    "administration.account": ADMINS,
    "administration.change": ADMINS,
    "administration.give_link": ADMINS,
    "administration.closing": ADMINS,
    "administration.close": ADMINS,
    "administration.reopen": ADMINS,
    "administration.reset": ADMINS,
    "administration.reset_now": ADMINS,
    "administration.journal": ADMINS,
    "pages.method": PUBLIC,
    "pages.method_of": PUBLIC,
    "pages.method_part": PUBLIC,
    "pages.method_device": PUBLIC,
    "pages.site_map": PUBLIC,
    "pages.questions": PUBLIC,
    "pages.territories": PUBLIC,
    "legal.notices": PUBLIC,
    "legal.data": PUBLIC,
    "legal.accessibility": PUBLIC,
    "verify.ask": PUBLIC,
    "verify.one": PUBLIC,  # shows no answer nor name
    "alerts.stop": PUBLIC,  # the token is the key
    "alerts.stop_now": PUBLIC,
    "mails.folder": PUBLIC,  # of this machine only
    "mails.one": PUBLIC,
    "respond.home": PUBLIC,
    "respond.start": PUBLIC,
    "respond.another": PUBLIC,
    "respond.resume": PUBLIC,  # the token is the key
    "respond.begun": PUBLIC,
    "respond.left": PUBLIC,
    "respond.tasks": FILE,
    "respond.saved": FILE,
    "respond.leave": FILE,
    "respond.leave_now": FILE,
    "respond.keep": OWNER,
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
    "respond.ended": COLLEAGUE,
    "respond.finish": COLLEAGUE,
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
    "report.alert": OWNER,
    "report.unalert": OWNER,
    "report.agenda": OWNER,
    "report.tick": OWNER,
    "report.calendar": FILE,
    "report.prepare": FILE,
    "report.pdf": FILE,
    "report.odt": FILE,
    "report.waiting": FILE,
    "report.elected": FILE,
    "report.elected_prepare": FILE,
    "report.elected_pdf": FILE,
    "report.elected_odt": FILE,
    "report.elected_waiting": FILE,
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
NOT_FOR_TRIALS = frozenset({"report.alert", "report.unalert", "report.agenda", "report.tick"}) | frozenset(
    f"respond.{name}"
    for name in (
        "sending", "send", "receipt", "withdrawal", "withdraw", "restart", "clarification", "resubmit", "resend",
        "share", "shared", "unshare", "choose", "chosen", "copy", "copied",
    )
)  # fmt: skip  # endpoints side by side
