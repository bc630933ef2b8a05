"""Running a site for years: the server of its pages."""
