"""The questionnaire as a respondent walks it: entry, task list, pages, repeated group, check page."""

from flask import Blueprint

blueprint = Blueprint("respond", __name__)

from selfassess.web.respond import (  # noqa: E402  they add their pages
    again,  # noqa: F401
    check,  # noqa: F401
    clarification,  # noqa: F401
    entry,  # noqa: F401
    history,  # noqa: F401
    items,  # noqa: F401
    mails,  # noqa: F401
    questions,  # noqa: F401
    sending,  # noqa: F401
    sharing,  # noqa: F401
    tasks,  # noqa: F401
    voices,  # noqa: F401
    what_if,  # noqa: F401
)
