"""« Prévenez-moi quand cette porte ouvre »: noticing calls that an author added, and the link that stops the messages.

The worker notices (`web.commands.worker`): a call added is read when the site starts again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Flask, render_template

from selfassess.core.answers.answers import View
from selfassess.core.definition.device import Device
from selfassess.core.definition.doors import Call
from selfassess.core.definition.edition import Definitions
from selfassess.core.reading.entry import calls_of
from selfassess.store import alerts
from selfassess.store.models import Alert
from selfassess.web.definitions import library
from selfassess.web.french import day, now, today
from selfassess.web.mail.sender import messages_go_too

blueprint = Blueprint("alerts", __name__, url_prefix="/ne-plus-prevenir")


def register(app: Flask) -> None:
    """The token of the address is the key: mail programs post it without having seen any page of ours (RFC 8058)."""
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(blueprint)


@blueprint.get("/<token>")
def stop(token: str) -> str:
    """Looking stops nothing: mail programs open links before people do."""
    return render_template("pages/stop_alert.html", going_on=alerts.find(token) is not None)


@blueprint.post("/<token>")
def stop_now(token: str) -> str:
    """Stopped already: nothing more happens."""
    if (alert := alerts.find(token)) is not None:
        forget(alert)
    return render_template("pages/stop_alert.html", going_on=False)


def forget(alert: Alert) -> None:
    with messages_go_too():
        alerts.stop(alert)


def live_calls(definitions: Definitions, device: str, on: date) -> dict[str, Call]:
    """Those of a device that are open or announced that day, by id, whatever the territory."""
    every = definitions.doors.calls
    return {one.id: one for one in every if device in one.devices and (one.closes is None or one.closes >= on)}


def notice_calls() -> bool:
    """Have whoever asked for it written to about calls added since; False: there is nothing more to do for now."""
    definitions, at = library().definitions, now()
    devices = {one.id: one for one in definitions.devices}
    for alert in alerts.every():
        live, device = live_calls(definitions, alert.device, today()), devices.get(alert.device)
        if device is not None and {*live} != {*alert.known}:
            alerts.notice(alert, live, _told(definitions, alert, device, live), at)
    return False


def _told(
    definitions: Definitions, alert: Alert, device: Device, live: Mapping[str, Call]
) -> dict[str, dict[str, str | None]]:
    """What a message says of each call that concerns the file's territory, by id."""
    edition = definitions.editions.get(alert.submission.edition)
    if edition is None:
        return {}
    view = View(edition.questionnaire, alert.submission.answers)
    mine = [one.id for one in calls_of(definitions.doors, device, view)]
    return {name: _said(definitions, device, call) for name, call in live.items() if name in mine}


def _said(definitions: Definitions, device: Device, call: Call) -> dict[str, str | None]:
    body = definitions.contacts.by_id[call.contact]
    return {
        "title": device.title,
        "text": call.text.rstrip(" ,"),
        "opens": day(call.opens) if call.opens else None,
        "closes": day(call.closes) if call.closes else None,
        "contact": body.name,
        "page": body.page or body.site or body.phone,
    }
