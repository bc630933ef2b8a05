"""The real worker, in its own processes, on both databases: draws, survives being killed, stops when told."""

from __future__ import annotations
