"""A territory's own name, which anybody types, makes no link and no long line in a message."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from selfassess.store.database import writing
from selfassess.web.mail.message_text import short_name
from selfassess.web.mail.sender import post_next
from tests.desk import a_facilitator, a_network
from tests.web.mail.test_mails import a_reachable_file, tell, text_of, written

# What mail programs make links of.
LINKED = re.compile(r"\w[.\u2024\u3002\uff0e\uff61]\w{2}|\w:[/\\]{2}|\S[@\uff20\ufe6b]\S")
NAMES = [
    "Votre compte est bloqué, voir example.com",
    "http://example.com/a?b=c",
    "https:\\\\example.com",
    "www.exemple.fr/cadeau",
    "HTTPS://[2001:db8::1]/x",
    "ftp://192.0.2.7",
    "écrivez à gain@example.com",
    "mailto:gain@example.com",
    "пример.рф et exemple。com et exemple．com",
    "a.b.example.co.uk",
    "xn--e1afmkfd.xn--p1ai",
    "Gagnez 1 000 € : t.me/abc…(bit.ly/x)",
    "Très long nom " * 14,
    "x" * 200,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_makes_no_link(name: str) -> None:
    told = short_name(name)
    assert not LINKED.search(told)
    assert len(told) <= 81
    kept = re.sub(r"\W", "", told)
    assert re.sub(r"\W", "", name).startswith(kept)  # the same words, in their order
    assert len(name) > 80 or re.sub(r"\W", "", name) == kept


@pytest.mark.parametrize("name", ["S.I.V.O.M. du Val d’Or", "PETR du Pays de Bray", "Saint-Étienne (42) : pôle A/B"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert short_name(name) == name


def test_messages_carry_it_so(app: Flask) -> None:
    """In the subject, the text and the page; a text corrected too."""
    name = "Voir www.example.com ou a@example.com, " + "vite " * 30
    with app.app_context():
        network = a_network()
        a_facilitator(network)
        sent, _ = a_reachable_file(network)
        with writing():
            sent.name = name
        for kind in ("arrived", "resubmitted", "withdrawn", "receipt", "corrected"):
            tell(sent, kind)
        while post_next():
            pass
        made = written(app)
    assert len(made) == 5
    assert any("www. example. com ou a @ example. com" in str(one["Subject"]) for one in made)
    for one in made:
        assert len(str(one["Subject"])) < 150
        for text in (str(one["Subject"]), text_of(one), re.sub("<[^>]*>", " ", text_of(one, "html"))):
            own = re.sub(r"http://127\.0\.0\.1:8000\S*", "", text)
            assert not [found for found in LINKED.findall(own) if "&" not in found]
