"""For authors and operators: nothing here serves a respondent's page."""
