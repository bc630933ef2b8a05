"""The questionnaire as a respondent walks it, to the result: entry, task list, pages, repeated group, check page."""

from flask import Blueprint

blueprint = Blueprint("respond", __name__)
