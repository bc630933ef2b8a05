"""Who may do what with a file in which state, and what the acts on it add up to."""
