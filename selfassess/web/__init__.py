"""The web application: a room for each kind of page; at the ground, what all of them use.

`app.create_app()` puts it together.
"""
