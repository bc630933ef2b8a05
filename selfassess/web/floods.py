"""More values in a form or an address than any page of ours offers: told by counting, before anything reads them."""

from __future__ import annotations

from flask import request, session

MOST_VALUES = 400  # no page of ours has a third of it
TYPED = "application/x-www-form-urlencoded"  # what comes in parts, as files do, is bounded by MAX_FORM_PARTS


# What takes more than other pages, from who is logged in: a list, and it again as it was read; a picture,
# to be told that it is too large.
LARGER_BODIES = dict.fromkeys(("network.read_list", "network.change_logo"), 8 * 1024 * 1024)
LOGGED_IN = "_user_id"  # as Flask-Login writes it


def allow_larger() -> None:
    """Before the form is read."""
    most = LARGER_BODIES.get(request.endpoint or "")
    if most and LOGGED_IN in session:
        request.max_content_length = request.max_form_memory_size = most


def long_address() -> bool:
    return request.query_string.count(b"&") >= MOST_VALUES


def long_form() -> bool:
    return request.mimetype == TYPED and request.get_data().count(b"&") >= MOST_VALUES
