"""The facilitator's desk: the files sent to a network, each reviewed, and what goes out of it."""

from flask import Blueprint

blueprint = Blueprint("review", __name__, url_prefix="/reseau")

from selfassess.web.review import (  # noqa: E402  they add their pages
    asking,  # noqa: F401
    correcting,  # noqa: F401
    deciding,  # noqa: F401
    export,  # noqa: F401
    file,  # noqa: F401
    judging,  # noqa: F401
    mails,  # noqa: F401
    queue,  # noqa: F401
    report,  # noqa: F401
)
