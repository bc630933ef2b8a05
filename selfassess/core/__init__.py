"""The pure engine: answers and definitions in, a report out. No clock, no disk, no chance."""
