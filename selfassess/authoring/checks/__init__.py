"""What definitions are checked for before they serve: each fault at its file, line and column."""
