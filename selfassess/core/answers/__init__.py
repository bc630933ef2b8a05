"""What is given: the answers of a file, the path they open, and how they are said in words."""
