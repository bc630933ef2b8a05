"""Accounts: coming in, going out, a password, a second factor, where one is logged in."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, url_prefix="/reseau")
