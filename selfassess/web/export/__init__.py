"""What goes out of the desk: sheets for people, in a workbook or as CSV, and JSON for programs."""

from flask import Blueprint

blueprint = Blueprint("export", __name__, url_prefix="/reseau")
