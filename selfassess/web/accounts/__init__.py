"""Facilitators' accounts: coming in, going out, choosing a password, seeing where one is logged in."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, url_prefix="/reseau")
