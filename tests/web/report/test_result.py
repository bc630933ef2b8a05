"""The result page and the way to the PDF: who may, what is written, what is said while waiting."""

from __future__ import annotations
