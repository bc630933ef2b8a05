"""What is voted, and whom to call: made from a report and kept with it."""
