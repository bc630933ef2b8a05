"""Pages that anyone may read: method, legal pages, verification of a report, trials of a draft edition."""
