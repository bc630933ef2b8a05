"""A network as a whole: who is in it, what it looks like, what there is to do this month."""

from flask import Blueprint

blueprint = Blueprint("network", __name__, url_prefix="/reseau")
