"""`demo`: fictional files in an empty database, with everything the desk can show (`make demo`).

The same files each time; only references, private links and the password are new.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

import click
from flask import Flask, current_app, url_for
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import func, select

from selfassess.content.demonstration import DemoNetwork, Demonstration, Territory, load_demonstration
from selfassess.content.reader import FaultyError
from selfassess.core.answers.answers import View
from selfassess.core.answers.carry_over import carry
from selfassess.core.definition.condition import evaluate
from selfassess.core.network.place import place_key
from selfassess.core.review.acts import READER, RESPONDENT
from selfassess.store import accounts, networks, submissions
from selfassess.store.acts import perform
from selfassess.store.database import db, writing
from selfassess.store.models import Facilitator, Submission
from selfassess.store.territories.expected import NewExpected, expect
from selfassess.web.accounts.passwords import hashed
from selfassess.web.commands.demo_acts import STEPS, Desk, Story
from selfassess.web.commands.demo_answers import AnswerChooser
from selfassess.web.commands.groups import stop
from selfassess.web.definitions import library
from selfassess.web.files.who_answered import answered
from selfassess.web.french import french, now, several
from selfassess.web.mail.sender import post_next
from selfassess.web.respond.copy_and_compare import ORIGIN
from selfassess.web.settings import settings

SEED = 2019
BEGAN = timedelta(days=540)  # the networks: before their first file
FILLED_IN = timedelta(hours=3)  # between the first answer and the last
LONGEST_PAUSE = timedelta(days=6)
OFFICE_HOURS = (8, 15)  # UTC
TYPED = "saisi par le réseau"


@dataclass(frozen=True)
class DemonstrationFiles:
    """`stories`: of each file; `territories`: how many there are, the silent ones too."""

    territories: int
    desks: list[Desk]
    administrator: Facilitator
    password: str
    stories: list[Story]


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
    """Make the networks, their accounts and the files, as they would be at that instant."""
    random = Random(SEED)  # noqa: S311  the same story each time, nothing secret
    began = at - BEGAN
    desks = {one.id: _desk(one, began) for one in demo.networks}
    email = f"administration@{demo.networks[0].email.partition('@')[2]}"
    administrator = accounts.add_facilitator(email, "Administration du site", [], began, administrator=True)
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    with writing():
        administrator.password = hashed(password)
        for desk in desks.values():
            desk.me.password = administrator.password
    maker = _Maker(demo, AnswerChooser(library(), demo, library().definitions.current, random), at)
    stories = []
    for name, desk in desks.items():
        other = next(one for one in desks.values() if one is not desk)
        theirs = [one for one in demo.territories if (one.network or demo.networks[0].id) == name]
        stories += [story for territory in theirs for story in maker.years(territory, desk, other)]
        copied = [one for one in demo.territories if any("send_too" in file.acts for file in one.files)]
        expect(desk.network.id, [_expected(one) for one in [*theirs, *copied]], began)
    return DemonstrationFiles(len(demo.territories), list(desks.values()), administrator, password, stories)


def _desk(wanted: DemoNetwork, began: datetime) -> Desk:
    network = networks.add_network(wanted.name, "", began)
    return Desk(network, accounts.add_facilitator(wanted.email, wanted.label, [network], began))


def _expected(territory: Territory) -> NewExpected:
    place = place_key({"name": territory.name, "departement": territory.departement})
    return NewExpected(place, territory.name, territory.type, territory.departement, source=TYPED)


@dataclass(frozen=True)
class _Maker:
    demo: Demonstration
    chooser: AnswerChooser
    at: datetime

    def years(self, territory: Territory, desk: Desk, other: Desk) -> Iterator[Story]:
        """Its files, each with all that happened to it before the next."""
        last = None
        for planned in territory.files:
            began, token = self.at - timedelta(days=planned.days), submissions.new_token()
            begin = partial(submissions.start, library().definitions.slug, self.chooser.edition.id, token, began)
            file = begin() if last is None else self._copied(last, began, begin)
            last = Story(self.demo, self.chooser, territory, planned, desk, other, file, {RESPONDENT: token})
            self._fill_in(last, began + FILLED_IN)
            _live(last, self.at)
            yield last

    def _copied(self, last: Story, at: datetime, begin: Callable[..., Submission]) -> Submission:
        """A new file from the answers of the last one, as the site makes it."""
        old = last.file
        perform(old, "copy", last.coordination, at)
        kept = carry(last.questionnaire, old.answers, old.comments)
        return begin(
            {ORIGIN: old.reference}, answers=kept.answers, comments=kept.comments, origin_id=old.id, saved_at=at
        )

    def _fill_in(self, story: Story, at: datetime) -> None:
        """The answers that are new, and what the territory adds to some."""
        file, questionnaire, random = story.file, story.questionnaire, self.chooser.random
        chosen = self.chooser.next if file.origin_id else self.chooser.first
        answers = chosen(story.territory, file.answers)
        before, after = View(questionnaire, file.answers), View(questionnaire, answers)
        refs = [ref for ref in answered(questionnaire, answers) if after.given(ref) != before.given(ref)]
        keys = [questionnaire.key(ref) for ref in refs if ref.question != questionnaire.group.id]
        fitting = [one for one in self.demo.comments if one.question in keys and evaluate(one.when, after) is True]
        said = {one.question: one.text for one in fitting if random.random() < 1 / 3}
        if "correct" in story.planned.acts:
            said[self.demo.typo.question] = self.demo.typo.before
        comments, authors = {**file.comments, **said}, dict.fromkeys(keys, RESPONDENT)
        change = submissions.Change(answers, comments, "answer", {"questions": keys}, authors, {})
        submissions.change(file, lambda found: change, RESPONDENT, at)


def _live(story: Story, until: datetime) -> None:
    """Each act in its turn, between the last answer and now."""
    at, acts, random = until - timedelta(days=story.planned.days) + FILLED_IN, story.planned.acts, story.chooser.random
    for left, name in zip(range(len(acts), 0, -1), acts, strict=True):
        pause = min((until - at) / (left + 1), LONGEST_PAUSE)
        later = at + pause * random.uniform(0.7, 1)
        office = later.replace(hour=random.randint(*OFFICE_HOURS), minute=random.randrange(60))
        at = office if at < office < until else later
        STEPS[name](story, at)


def told(made: DemonstrationFiles) -> Iterator[str]:
    """How to enter, in French."""
    with current_app.test_request_context(base_url=settings().public_url):
        count = several(made.territories, "territoire fictif", "territoires fictifs")
        files, desks = several(len(made.stories), "dossier", "dossiers"), several(len(made.desks), "réseau", "réseaux")
        yield f"Démonstration prête : {count}, {files} sur deux ans, {desks}."
        yield ""
        yield f"Espace des réseaux : {url_for('accounts.login', _external=True)}"
        yield f"  mot de passe, pour tous : {made.password}"
        for desk in made.desks:
            yield f"  {desk.network.name} : {desk.me.email}"
        yield "Administration du site : même page, même mot de passe, puis un code fait par votre téléphone"
        yield f"  adresse e-mail : {made.administrator.email}"
        yield ""
        yield "Liens privés à ouvrir :"
        for story in made.stories:
            if story.planned.open:
                yield f"  {story.planned.open} ({story.territory.name})"
                yield f"    {url_for('respond.resume', token=story.tokens[RESPONDENT], _external=True)}"
            if READER in story.tokens:
                yield f"  Le rapport, tel qu'on le prête à un lecteur ({story.territory.name})"
                yield f"    {url_for('reader.open', token=story.tokens[READER], _external=True)}"
        yield ""
