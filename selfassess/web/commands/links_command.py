"""`questions links`: tries the addresses that definitions quote, politely, and says which no longer lead there.

What is found is kept in the instance, for `questions due`: no report rests on it.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Literal
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import click

from selfassess.authoring.checks.condition_checks import Finding
from selfassess.content.catalogue import placed
from selfassess.content.writing import write_whole
from selfassess.core.definition.edition import Definitions
from selfassess.core.definition.strict import Strict, walk
from selfassess.web.commands.groups import questions
from selfassess.web.definitions import library
from selfassess.web.french import french, several, today
from selfassess.web.settings import settings

FILE = "links.json"  # of the instance
AT_ONCE, TIMEOUT, PAUSE = 4, 10.0, 1.0  # sites tried together; seconds before giving up, and between two of one site
ENOUGH = 512  # bytes read of a page: that it answers is all that is asked
FOR_GOOD, NO_MORE = (301, 308), (404, 410)
LinkState = Literal["answers", "moved", "gone", "refused", "silent", "unsafe", "unreachable"]
WORDS: dict[LinkState, str] = {
    "moved": "a changé d'adresse ({status}) : {moved_to}",
    "gone": "n'existe plus ({status})",
    "refused": "n'a pas été donnée ({status}) : essayez-la dans un navigateur",
    "silent": "n'a pas répondu à temps",
    "unsafe": "a un certificat qui n'est pas reconnu : essayez-la dans un navigateur",
    "unreachable": "ne répond pas : site injoignable",
}


@dataclass(frozen=True)
class LinkOutcome:
    """What became of an address. `status`: the answer of its site; `moved_to`: where it now is for good."""

    state: LinkState
    status: int | None = None
    moved_to: str | None = None


class _Following(HTTPRedirectHandler):
    """Follows, and remembers where the address is for good: what is only for now says nothing."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.moved_to: str | None = None
        self._for_good = True

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        self._for_good = self._for_good and code in FOR_GOOD
        if self._for_good:
            self.status, self.moved_to = code, newurl
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def attempt_link(address: str, agent: str, timeout: float = TIMEOUT) -> LinkOutcome:
    """Ask for an address once, as a browser does; never raises."""
    following = _Following()
    try:
        request = Request(address, headers={"User-Agent": agent})  # noqa: S310  of our own files: https or http
        with build_opener(following).open(request, timeout=timeout) as answer:
            answer.read(ENOUGH)
    except HTTPError as error:
        error.close()
        return LinkOutcome("gone" if error.code in NO_MORE else "refused", error.code)
    except (OSError, HTTPException, ValueError) as error:
        return LinkOutcome(_failed(error.reason if isinstance(error, URLError) else error))
    if following.moved_to is not None:
        return LinkOutcome("moved", following.status, following.moved_to)
    return LinkOutcome("answers", answer.status)


def _failed(reason: object) -> LinkState:
    if isinstance(reason, ssl.SSLError):
        return "unsafe"
    return "silent" if isinstance(reason, TimeoutError) else "unreachable"


def try_links(
    addresses: Sequence[str], agent: str, timeout: float = TIMEOUT, pause: float = PAUSE
) -> dict[str, LinkOutcome]:
    """Each address once: a few sites together, one request at a time to each."""
    sites: dict[str, list[str]] = {}
    for address in dict.fromkeys(addresses):
        sites.setdefault(address.split("/")[2], []).append(address)

    def of_site(listed: list[str]) -> Iterator[tuple[str, LinkOutcome]]:
        for rank, address in enumerate(listed):
            time.sleep(pause if rank else 0)
            yield address, attempt_link(address, agent, timeout)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(one for found in pool.map(lambda listed: list(of_site(listed)), sites.values()) for one in found)


def links_of(definitions: Definitions) -> list[Finding]:
    """Every address that contacts and sources quote, as a finding whose message is the address."""
    slug, sources = definitions.slug, list(definitions.sources.values())
    parts: list[tuple[str, tuple[str | int, ...], Strict]] = [
        (f"{slug}/contacts.yaml", (), definitions.contacts),
        *((f"{slug}/sources.yaml", ("sources", at), one) for at, one in enumerate(sources)),
        (f"{slug}/study.yaml", ("source",), definitions.study_source),
    ]
    return [
        Finding(file, (*path, *inner), value)
        for file, path, part in parts
        for inner, value, _ in walk(part)
        if isinstance(value, str) and value.startswith(("https://", "http://"))
    ]


def told_links(links: Sequence[Finding], outcomes: dict[str, LinkOutcome]) -> list[Finding]:
    """Those that do not lead where they did, each in a sentence, where it is quoted."""
    found = []
    for link in links:
        outcome = outcomes.get(link.message)
        if outcome is not None and outcome.state != "answers":
            said = WORDS[outcome.state].format(status=outcome.status, moved_to=outcome.moved_to)
            found.append(Finding(link.file, link.path, f"L'adresse {link.message} {said}."))
    return found


def keep_outcomes(path: Path, day: str, outcomes: dict[str, LinkOutcome]) -> None:
    """Write what was found, in place of what was found before. Raises `OSError`."""
    told = {"on": day, "found": {address: asdict(one) for address, one in outcomes.items()}}
    write_whole(path, json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def kept_outcomes(path: Path) -> tuple[str, dict[str, LinkOutcome]]:
    """The day of the last trial (« 2026-11-30 ») and what it found; an empty day without a file that can be read."""
    try:
        told = json.loads(path.read_text("utf-8"))
        return str(told["on"]), {address: LinkOutcome(**one) for address, one in told["found"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "", {}


@questions.command("links")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=TIMEOUT, show_default=True, help="En secondes.")
@click.option(
    "--pause", type=click.FloatRange(min=0), default=PAUSE, show_default=True, help="Entre deux essais d'un même site."
)
def links(timeout: float, pause: float) -> None:
    """Essaie chaque adresse des contacts et des sources, et dit celles qui ne répondent plus."""
    quoted = links_of(library().definitions)
    agent = f"Boussole-PAT-International/questions-links (+{settings().public_url})"
    outcomes = try_links([one.message for one in quoted], agent, timeout, pause)
    keep_outcomes(settings().instance / FILE, today().isoformat(), outcomes)
    told = told_links(quoted, outcomes)
    for problem in placed(library().root, told):
        click.echo(french(str(problem)))
    answered = sum(one.state == "answers" for one in outcomes.values())
    click.echo(f"{several(len(outcomes), 'adresse essayée', 'adresses essayées')}, {answered} sans changement.")
