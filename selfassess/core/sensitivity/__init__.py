"""What would change a reading, tried on the engine itself: what it hangs on, and the fewest answers that turn it."""
