"""The floor: the least that a Flask wizard can do for such a journey on this machine. Its limit is what ours is beside.

/ (start) → POST /start → /a/<run>/<n>, n from 1 to 8 (4 questions of 6 levels) → /a/<run>/review → /a/<run>/result.
Each POST: the token of the form checked, every answer checked against what is offered, one row written in one
transaction, 303; the GET reads it back with one indexed SELECT. `FLOOR_DB` is the SQLite file. Templates are compiled
once. Same server, same durability (WAL, synchronous=FULL) as the application.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sqlite3
import threading
from typing import Any

from flask import Flask, abort, redirect, render_template, request

KEY = b"bench-key-not-secret"
AREAS, PER, LEVELS = 8, 4, 6
ABOUT = "we have a documented and regularly reviewed approach to this topic"
TABLES = (
    "create table if not exists run(run text primary key, state text not null default 'open', score int) without rowid",
    "create table if not exists page(run text, n int, answers text not null, primary key(run, n)) without rowid",
)
SAVED = "insert into page values(?,?,?) on conflict(run,n) do update set answers=excluded.answers"
QUESTIONS = {
    area: [
        {
            "name": f"q{area}_{at}",
            "text": f"Statement {at} of area {area}: {ABOUT}",
            "options": [
                {"v": f"L{level}", "t": f"Level {level} - description of the maturity level number {level}"}
                for level in range(1, LEVELS + 1)
            ],
        }
        for at in range(1, PER + 1)
    ]
    for area in range(1, AREAS + 1)
}
VALID = {
    one["name"]: {option["v"]: at for at, option in enumerate(one["options"], 1)}  # type: ignore[index]
    for asked in QUESTIONS.values()
    for one in asked
}

app = Flask(__name__)
app.jinja_env.auto_reload = False
local = threading.local()


def database() -> sqlite3.Connection:
    """One connection for each thread."""
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(os.environ["FLOOR_DB"], isolation_level=None, timeout=30)
        for line in ("pragma journal_mode=wal", "pragma synchronous=full", *TABLES):
            local.connection.execute(line)
    found: sqlite3.Connection = local.connection
    return found


def load(run: str) -> dict[int, dict[str, str]]:
    rows = database().execute("select n, answers from page where run=?", (run,))
    return {n: json.loads(answers) for n, answers in rows}


def token(run: str) -> str:
    return hmac.new(KEY, run.encode(), hashlib.sha256).hexdigest()[:32]


def check_token(run: str) -> None:
    if not hmac.compare_digest(request.form.get("csrf", ""), token(run)):
        abort(400)


def shown(run: str, n: int, saved: Any) -> str:
    return render_template("page.html", qs=QUESTIONS[n], n=n, areas=AREAS, saved=saved, csrf=token(run), tok=run,
                           title=f"Area {n}")  # fmt: skip


@app.get("/")
def start() -> str:
    return render_template("start.html", csrf=token("start"), title="Start")


@app.post("/start")
def begin() -> object:
    check_token("start")
    run = secrets.token_urlsafe(16)
    database().execute("insert into run(run) values(?)", (run,))
    return redirect(f"/a/{run}/1", 303)


@app.get("/a/<run>/<int:n>")
def page(run: str, n: int) -> str:
    return shown(run, n, load(run).get(n, {})) if n in QUESTIONS else abort(404)


@app.post("/a/<run>/<int:n>")
def save(run: str, n: int) -> object:
    check_token(run)
    if database().execute("select 1 from run where run=?", (run,)).fetchone() is None or n not in QUESTIONS:
        abort(404)
    names = [str(one["name"]) for one in QUESTIONS[n]]
    given = {name: request.form.get(name, "") for name in names}
    if any(given[name] not in VALID[name] for name in names):
        return shown(run, n, request.form), 422
    database().execute(SAVED, (run, n, json.dumps(given)))
    return redirect(f"/a/{run}/{n + 1 if n < AREAS else 'review'}", 303)


@app.get("/a/<run>/review")
def review(run: str) -> str:
    return render_template(
        "review.html", pages=load(run), qs=QUESTIONS, csrf=token(run), tok=run, title="Check your answers"
    )


@app.post("/a/<run>/review")
def submit(run: str) -> object:
    check_token(run)
    pages = load(run)
    if len(pages) < AREAS:
        return redirect(f"/a/{run}/1", 303)
    database().execute("update run set state='submitted', score=? where run=?", (score(pages)[1], run))
    return redirect(f"/a/{run}/result", 303)


def score(pages: dict[int, dict[str, str]]) -> tuple[dict[int, int], int]:
    per = {
        n: sum(VALID[name][level] for name, level in one.items()) * 100 // (PER * LEVELS) for n, one in pages.items()
    }
    return per, sum(per.values()) // max(1, len(per))


@app.get("/a/<run>/result")
def result(run: str) -> str:
    per, total = score(load(run))
    return render_template("result.html", per=per, total=total, tok=run, title="Result")
