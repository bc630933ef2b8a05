"""Answers at random by the thousand, and invariants that no reading may break."""
