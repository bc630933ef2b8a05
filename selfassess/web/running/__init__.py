"""Running a site for years: the server of its pages, and what is missing or unsafe (`doctor`)."""
