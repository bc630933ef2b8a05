"""`demo`: fictional files in an empty database, with everything the desk can show (`make demo`).

The same files each time; only references, private links and the password are new.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import click
from flask import Flask, current_app, url_for
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import func, select

from selfassess.content.demonstration import Demonstration, Territory, load_demonstration
from selfassess.content.reader import FaultyError
from selfassess.core.answers.items import Answers, is_group
from selfassess.core.definition.edition import Edition
from selfassess.core.network.place import place_key
from selfassess.core.review.acts import READER, RESPONDENT
from selfassess.store import accounts, networks, submissions
from selfassess.store.database import db, writing
from selfassess.store.models import Facilitator, Network, Submission
from selfassess.store.territories.expected import NewExpected, expect
from selfassess.web.accounts.passwords import hashed
from selfassess.web.commands.demo_acts import STEPS, Story
from selfassess.web.commands.demo_answers import chosen, named_items, territory_answer
from selfassess.web.commands.groups import stop
from selfassess.web.definitions import library
from selfassess.web.files.who_answered import answered
from selfassess.web.french import french, now, several
from selfassess.web.mail.sender import post_next
from selfassess.web.settings import settings

SEED = 2019
FILLED_IN = timedelta(hours=3)  # between the first answer and the last
LONGEST_PAUSE = timedelta(days=6)
OFFICE_HOURS = (8, 15)  # UTC
TYPED = "saisi par le réseau"


@dataclass(frozen=True)
class DemonstrationFiles:
    network: Network
    facilitator: Facilitator
    administrator: Facilitator
    password: str
    stories: list[tuple[Territory, Story]]


def register(app: Flask) -> None:
    app.cli.add_command(demo)


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Remplit une base vide de territoires fictifs, et dit comment y entrer."""
    upgrade()
    if db.session.scalar(select(func.count()).select_from(Submission)):
        stop(["Cette base contient déjà des dossiers : la démonstration se prépare dans une base vide."])
    if settings().smtp_url:
        stop(["Un serveur de courrier est réglé (SMTP_URL) : la démonstration n'envoie rien."])
    known = library()
    try:
        wanted = load_demonstration(known.root, known.definitions.slug)
    except FaultyError as error:
        stop(error.problems)
    made = prepare(wanted, now())
    while post_next():
        pass  # messages go into the folder now, not while the first pages are asked for
    for line in told(made):
        click.echo(french(line))


def prepare(demo: Demonstration, at: datetime) -> DemonstrationFiles:
    """Make the network, its account and the files, as they would be at that instant."""
    random = Random(SEED)  # noqa: S311  the same story each time, nothing secret
    edition, began = library().definitions.current, at - timedelta(days=60)
    network = networks.add_network(demo.network, "", began)
    facilitator = accounts.add_facilitator(demo.account.email, demo.account.label, [network], began)
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    email = f"administration@{demo.account.email.partition('@')[2]}"
    administrator = accounts.add_facilitator(email, "Administration du site", [], began, administrator=True)
    with writing():
        facilitator.password = administrator.password = hashed(password)
    files = chosen(library(), edition, len(demo.territories), random)
    stories = []
    for territory, answers in zip(demo.territories, files, strict=True):
        file, token = _start(demo, edition, territory, answers, at - timedelta(days=territory.days), random)
        story = Story(demo, edition, network, facilitator, file, random, {RESPONDENT: token})
        _live(story, territory, at)
        stories.append((territory, story))
    expect(network.id, [_expected(one) for one in demo.territories], began)
    return DemonstrationFiles(network, facilitator, administrator, password, stories)


def _expected(territory: Territory) -> NewExpected:
    place = place_key({"name": territory.name, "departement": territory.departement})
    return NewExpected(place, territory.name, territory.type, territory.departement, source=TYPED)


def _start(
    demo: Demonstration,
    edition: Edition,
    territory: Territory,
    answers: Answers,
    at: datetime,
    random: Random,
) -> tuple[Submission, str]:
    """The draft with its answers and comments, and its token."""
    questionnaire, token = edition.questionnaire, submissions.new_token()
    group = questionnaire.group.id
    whole = {questionnaire.territory.id: territory_answer(questionnaire, territory), **answers}
    if is_group(given := whole.get(group)):
        whole[group] = named_items(demo, questionnaire, given, random)
    file = submissions.start(library().definitions.slug, edition.id, token, at)
    keys = [questionnaire.key(ref) for ref in answered(questionnaire, whole) if ref.question != group]
    comments = {key: text for key, text in demo.comments.items() if key in whole and random.random() < 1 / 3}
    if "correct" in territory.acts:
        comments[demo.typo.question] = demo.typo.before
    change = submissions.Change(whole, comments, "answer", {"questions": keys}, dict.fromkeys(keys, RESPONDENT), {})
    submissions.change(file, lambda found: change, RESPONDENT, at + FILLED_IN)
    return file, token


def _live(story: Story, territory: Territory, until: datetime) -> None:
    """Each act in its turn, between the last answer and now."""
    at = until - timedelta(days=territory.days) + FILLED_IN
    for left, name in zip(range(len(territory.acts), 0, -1), territory.acts, strict=True):
        pause = min((until - at) / (left + 1), LONGEST_PAUSE)
        later = at + pause * story.random.uniform(0.7, 1)
        office = later.replace(hour=story.random.randint(*OFFICE_HOURS), minute=story.random.randrange(60))
        at = office if at < office < until else later
        STEPS[name](story, at)


def told(made: DemonstrationFiles) -> Iterator[str]:
    """How to enter, in French."""
    with current_app.test_request_context(base_url=settings().public_url):
        count = several(len(made.stories), "territoire fictif", "territoires fictifs")
        yield f"Démonstration prête : {count}, {made.network.name}."
        yield ""
        yield f"Espace du réseau : {url_for('accounts.login', _external=True)}"
        yield f"  adresse e-mail : {made.facilitator.email}"
        yield f"  mot de passe   : {made.password}"
        yield "Administration du site : même page, même mot de passe, puis un code fait par votre téléphone"
        yield f"  adresse e-mail : {made.administrator.email}"
        yield ""
        yield "Liens privés à ouvrir :"
        for territory, story in made.stories:
            if territory.open:
                yield f"  {territory.open} ({territory.name})"
                yield f"    {url_for('respond.resume', token=story.tokens[RESPONDENT], _external=True)}"
            if READER in story.tokens:
                yield f"  Le rapport, tel qu'on le prête à un lecteur ({territory.name})"
                yield f"    {url_for('reader.open', token=story.tokens[READER], _external=True)}"
        yield ""
