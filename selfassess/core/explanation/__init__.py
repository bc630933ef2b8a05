"""The reading said in French: why each verdict, how sure it is, and what would change it."""
