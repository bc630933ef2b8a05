"""What paper cannot show of what was just saved, told on the page of the same file that follows; nothing is refused."""

from __future__ import annotations

import re
import unicodedata

from flask import Flask, Response, g, request, session

from selfassess.web.french import french
from selfassess.web.report.letters import undrawn

UNDRAWN = "undrawn"  # in the session, until the next page of its file shows it: [reference, signs]
MOST = 5  # signs named
# The fields whose text a report prints.
PRINTED = re.compile(r".+-comment|.+-free-name|label|text|advice|order_reason|reason-.+")
WRITING = {"respond", "review"}


def register(app: Flask) -> None:
    app.after_request(keep)
    app.jinja_env.globals["undrawn_told"] = undrawn_told


def keep(response: Response) -> Response:
    """Only of what was saved: the answer leads to another page."""
    if request.method == "POST" and response.status_code == 303 and request.blueprint in WRITING:
        typed = (text for name, text in request.form.items(multi=True) if PRINTED.fullmatch(name))
        if found := list(dict.fromkeys(sign for text in typed for sign in undrawn(text))):
            session[UNDRAWN] = [_reference(), found[: MOST + 1]]
    return response


def undrawn_told() -> str:
    """The sentence for this page; empty when there is nothing to say of its file."""
    reference, signs = session.get(UNDRAWN, ["", []])
    if not signs or reference != _reference():
        return ""
    session.pop(UNDRAWN)
    if len(signs) == 1:
        return french(
            f"Ce caractère ne s'imprime pas : {_named(signs[0])}. Il est gardé ; dans le PDF, on lit « [?] »."
        )
    named = ", ".join(_named(one) for one in signs[:MOST]) + (", d'autres" if len(signs) > MOST else "")
    return french(f"Ces caractères ne s'impriment pas : {named}. Ils sont gardés ; dans le PDF, on lit « [?] ».")


def _reference() -> str:
    """Of the file this address belongs to."""
    return str(g.get("reference") or (request.view_args or {}).get("reference") or "")


def _named(sign: str) -> str:
    """A sign, or its number where no screen has anything to show."""
    return " ".join(f"U+{ord(one):04X}" for one in sign) if unicodedata.category(sign[0])[0] == "C" else sign
