"""The facilitator's desk: the files sent to a network, each reviewed, and what goes out of it."""

from flask import Blueprint

blueprint = Blueprint("review", __name__, url_prefix="/reseau")
