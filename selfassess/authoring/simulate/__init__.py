"""What a change of rules would move, and because of which rule."""
