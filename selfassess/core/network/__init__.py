"""What a network sees of many files: each in short, and all together."""
