"""The floor: the least a Flask wizard can do on this machine. A page of 24 radios, one committed write per answer page.

`FLOOR_DB` is the SQLite file. Same server, same durability (WAL, synchronous=FULL) as the application.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import threading

from flask import Flask, abort, redirect, render_template_string, request

PAGE = """<!doctype html><html lang="fr"><title>Page {{ n }}</title><h1>Page {{ n }}</h1>
<form id="question-form" method="post"><input type="hidden" name="key" value="{{ key }}">
{% for q in range(4) %}<fieldset><legend>Question {{ q }}</legend>{% for o in range(6) %}
<input type="radio" id="q{{ q }}o{{ o }}" name="q{{ q }}" value="{{ o }}"
{% if seen.get('q%d' % q) == '%d' % o %} checked{% endif %}>
<label for="q{{ q }}o{{ o }}">Réponse possible numéro {{ o }}</label>{% endfor %}</fieldset>{% endfor %}
<button>Continuer</button></form></html>"""

app = Flask(__name__)
local = threading.local()


def database() -> sqlite3.Connection:
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(os.environ["FLOOR_DB"], isolation_level=None, timeout=30)
        local.connection.execute("pragma journal_mode=wal")
        local.connection.execute("pragma synchronous=full")
        local.connection.execute("create table if not exists page(run text, n int, answers text, primary key(run, n))")
    found: sqlite3.Connection = local.connection
    return found


@app.get("/start")
def start() -> object:
    return redirect(f"/{secrets.token_hex(8)}/1", 303)


@app.get("/<run>/<int:n>")
def page(run: str, n: int) -> str:
    row = database().execute("select answers from page where run=? and n=?", (run, n)).fetchone()
    return render_template_string(PAGE, n=n, key=run, seen=json.loads(row[0]) if row else {})


@app.post("/<run>/<int:n>")
def save(run: str, n: int) -> object:
    if request.form.get("key") != run:
        abort(400)
    given = {f"q{q}": request.form[f"q{q}"] for q in range(4) if request.form.get(f"q{q}") in set("012345")}
    saved = "insert into page values(?,?,?) on conflict(run,n) do update set answers=excluded.answers"
    database().execute(saved, (run, n, json.dumps(given)))
    return redirect(f"/{run}/{n + 1}", 303)
