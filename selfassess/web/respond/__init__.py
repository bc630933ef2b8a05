"""The questionnaire as a respondent walks it: entry, task list, pages, repeated group, check page."""

from flask import Blueprint

blueprint = Blueprint("respond", __name__)

from selfassess.web.respond import check, entry, items, mails, questions, tasks  # noqa: E402, F401  they add their pages
