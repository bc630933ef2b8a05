"""All that a reader sees, as data: the report, its documents, and what a network or a second year adds."""
