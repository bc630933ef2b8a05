"""Who sees which report: the respondent, a reader by their link, the network's desk; and each one's PDF."""

from __future__ import annotations
