"""More values in a form or an address than any page of ours offers: told by counting, before anything reads them."""

from __future__ import annotations

from flask import request

MOST_VALUES = 400  # no page of ours has a third of it
TYPED = "application/x-www-form-urlencoded"  # what comes in parts, as files do, is bounded by MAX_FORM_PARTS


def long_address() -> bool:
    return request.query_string.count(b"&") >= MOST_VALUES


def long_form() -> bool:
    return request.mimetype == TYPED and request.get_data().count(b"&") >= MOST_VALUES
