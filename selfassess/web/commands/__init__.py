"""Commands of authors and of whoever runs the site (`flask --app wsgi …`)."""
