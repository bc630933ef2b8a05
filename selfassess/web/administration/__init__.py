"""Administration of the site: networks and accounts. Who administers reads no file, unless of a network it follows."""

from flask import Blueprint

blueprint = Blueprint("administration", __name__, url_prefix="/administration")
NUMBER = "int(max=2147483647)"  # of an address: PostgreSQL has no further id
