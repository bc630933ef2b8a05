"""Messages: their words, their sending, and the page that shows them on one's own machine."""
