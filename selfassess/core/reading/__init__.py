"""From answers to a reading: profile, maturity, and a verdict for each device."""
