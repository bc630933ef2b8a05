"""Forms made from the questions of an edition: one field a kind of question, and the territory's own."""
