"""Territories as networks follow them: who is expected, what each file says in short, which files are of one."""
