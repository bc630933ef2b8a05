"""Proofs by search over answers: nothing that never happens, nothing that contradicts what is declared."""
