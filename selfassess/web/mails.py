"""Messages, as the rest of the site meets them.

In the transaction of an act: `Outcome(rows=lambda event: [*to_respondent(submission, "receipt", event)])`; after it,
`send_soon()`. Nothing is sent in a request.
"""

from __future__ import annotations

from typing import Any

from selfassess.store import mails
from selfassess.store.mails import to_network, to_respondent, valid_address
from selfassess.store.models import Facilitator, Mail
from selfassess.web.language import now

__all__ = ["send_soon", "to_facilitator", "to_network", "to_respondent", "valid_address"]


def to_facilitator(facilitator: Facilitator, kind: str, handover: str, **data: Any) -> Mail:
    """A message about an account (invitation, reset), to add in a transaction."""
    return mails.to_facilitator(facilitator, kind, handover, now(), **data)


def send_soon() -> None:
    """Tell the worker that messages wait. Never fails: the worker looks by itself too."""
