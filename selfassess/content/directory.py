"""The directory of French local authorities: search by name, read by code.

The data and its provenance are described in `questions/aect-pat/directory/SOURCE.md`.
Public codes are unique over all types: `C06084` (commune, INSEE code), `E200040715` (group, SIREN),
`D06` (département), `R53` (region).
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from pathlib import Path

from selfassess.content.folding import Column
from selfassess.content.spelling import arrondissement_of, spelled_otherwise
from selfassess.core.definition.doors import Departements
from selfassess.core.definition.typography import NARROW, NBSP, fold

TERRITORIES = "territories.tsv.gz"
DEPARTEMENTS = "departements.tsv"
COLUMNS = ("type", "code", "name", "kind", "population", "departement", "epci", "postal")
DEPARTEMENT_COLUMNS = ("code", "name", "region")
USUAL = "usual_names.tsv"
OUTLINE = "outline.tsv"
OUTLINE_FRAME = (613, 585)
USUAL_COLUMNS = ("name", "code", "source")
REGION_KINDS = ("région", "collectivité unique")
ALSACE = {"D6AE": ("67", "68")}  # the one département of the file that stands for two
LONGEST_QUERY, MOST_WORDS = 100, 12

# What people write before a name, and the words that link it.
_ALSO = {
    "commune": "ville mairie",
    "departement": "conseil departemental",
    "region": "conseil regional",
    "collectivité unique": "collectivite territoriale departement conseil departemental",
}
PART_OF_CITY = "arrondissement de"  # before the name of a city, in the file of usual names
MOST_COMPARED = 50
_LINKS = frozenset(["d", "de", "des", "du", "en", "et", "l", "la", "le", "les"])


class DirectoryError(Exception):
    """A file of the directory is missing or damaged. The message, in French, names the file."""


@dataclass(frozen=True, slots=True)
class Place:
    """One authority. `population` is None where unknown; texts are empty where they do not apply.

    `type` is commune, epci, departement or region; `kind` says it in French (« communauté urbaine »).
    `departement` is the code of the one it lies in (for a group, where most inhabitants live; empty
    when a region has several). `epci_name` is the group a commune belongs to.
    """

    code: str
    type: str
    kind: str
    name: str
    population: int | None
    departement: str
    departement_name: str
    epci_name: str

    @property
    def rows(self) -> tuple[str, str]:
        """What it is, as definitions quote it: `type` and `type:kind`."""
        return self.type, f"{self.type}:{self.kind}"

    @property
    def label(self) -> str:
        """What tells it from its homonyms: « Saint-Denis (Seine-Saint-Denis) – commune »."""
        apart = self.departement_name and self.departement_name != self.name
        where = f" ({self.departement_name})" if apart else ""
        return f"{self.name}{where} – {self.kind}"

    @property
    def hint(self) -> str:
        """A line of context: « commune, 149 000 habitants, Plaine Commune »."""
        within = self.epci_name or (self.departement_name if self.type == "epci" else "")
        return ", ".join(part for part in (self.kind, inhabitants(self.population), within) if part)


def inhabitants(population: int | None) -> str:
    """« 149 000 habitants », in round hundreds or thousands from 1,000 up; empty when unknown."""
    if population is None:
        return ""
    step = 1000 if population >= 10_000 else 100 if population >= 1000 else 1
    rounded = (population + step // 2) // step * step
    return f"{rounded:,}".replace(",", NARROW) + f"{NBSP}habitant" + ("s" if rounded > 1 else "")


def _words(query: str) -> list[str]:
    """The words to look for, folded; figures written in groups are put together."""
    words = fold(query[:LONGEST_QUERY].replace("\n", " ")).split()
    joined = "".join(words)
    return [joined] if joined.isdigit() else words[:MOST_WORDS]


def _needles(words: Iterable[str]) -> list[str]:
    """What finds a word from its beginning, each once, the longest (so the rarest) first."""
    return sorted({f" {word}" for word in words}, key=lambda needle: (-len(needle), needle))


class Directory:
    """All authorities, read once and never changed: safe to share between threads.

    `lines` are the rows of the file, by decreasing population, split when a Place is asked for.
    """

    __slots__ = (
        "_contexts",
        "_departements",
        "_kinds",
        "_lines",
        "_names",
        "_region_kinds",
        "_regions",
        "_rows",
        "_usual",
    )

    def __init__(
        self,
        lines: Sequence[str],
        departements: Mapping[str, str],
        regions: Mapping[str, str],
        usual: Mapping[str, str] | None = None,
    ) -> None:
        """`lines`: checked rows, tab-separated (see COLUMNS); by code of département, its name and its region's;
        by usual name, the code of the authority."""
        self._lines = lines
        self._regions = regions
        self._departements = departements
        self._rows: dict[str, int] = {}
        self._kinds: dict[str, str] = {}
        self._region_kinds: dict[str, str] = {}
        folded = {code: fold(name) for code, name in departements.items()}
        names, contexts = [], []
        for row, line in enumerate(lines):
            kind_of, code, name, kind, _, departement, _, postal = line.split("\t")
            self._rows[code] = row
            if kind_of == "region":
                self._region_kinds[name] = kind
            if kind not in self._kinds:
                self._kinds[kind] = f" {fold(kind)} {_ALSO.get(kind_of, '')} {_ALSO.get(kind, '')}"
            names.append(name)
            figures = "" if kind_of == "region" else code[1:].lower()  # 75 is Paris, not a region
            contexts.append(f"{figures} {postal} {folded.get(departement, '')}")
        self._names = Column([name.strip() for name in fold("\n".join(names)).split("\n")])
        self._contexts = Column(contexts)
        self._usual = {f" {' '.join(fold(name).split())}\n": self._rows[code] for name, code in (usual or {}).items()}

    @classmethod
    def load(cls, folder: Path) -> Directory:
        """Reads the directory of `folder`; DirectoryError if a file is missing or damaged."""
        rows = [line.split("\t") for line in _read(folder / DEPARTEMENTS, DEPARTEMENT_COLUMNS)]
        departements, regions = {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}
        path = folder / TERRITORIES
        lines = _read(path, COLUMNS)
        populations = []
        for number, line in enumerate(lines, start=2):
            _, _, _, _, population, departement, _ = line.split("\t", 6)
            if not (population.isdecimal() or not population) or (departement and departement not in departements):
                raise _error(f"la ligne {number} de {path} est abîmée")
            populations.append(int(population or 0))
        order = sorted(range(len(lines)), key=populations.__getitem__, reverse=True)
        if len({line.split("\t", 2)[1] for line in lines}) < len(lines):
            raise _error(f"un code figure deux fois dans {path}")
        usual = _usual_names(folder / USUAL, {line.split("\t", 2)[1] for line in lines})
        return cls([lines[row] for row in order], departements, regions, usual)

    def __len__(self) -> int:
        """How many authorities are known."""
        return len(self._lines)

    @property
    def departements(self) -> Mapping[str, str]:
        """The name of each département, by its code, in the order of codes."""
        return self._departements

    @property
    def regions(self) -> list[str]:
        """The names of regions and of overseas collectivities, in alphabetical order: where somebody lives."""
        return sorted(self._region_kinds, key=fold)

    @property
    def overseas(self) -> list[str]:
        """Those of them that are no region."""
        return [one for one in self.regions if self._region_kinds[one] not in REGION_KINDS]

    def region(self, departement: str, code: str = "") -> str:
        """The name of the region of a département, or of the region that has that public code; empty when unknown."""
        place = self.get(code) if code else None
        if place is not None and place.type == "region":
            return place.name
        return self._regions.get(departement, "")

    @property
    def types(self) -> frozenset[str]:
        """What authorities are, as definitions quote it: `type` and `type:kind`."""
        found = {tuple(line.split("\t", 4)[0:4:3]) for line in self._lines}
        return frozenset(one for kind_of, kind in found for one in (kind_of, f"{kind_of}:{kind}"))

    def has(self, code: str) -> bool:
        """Is it the whole public code of an authority?"""
        return code in self._rows

    def get(self, code: str) -> Place | None:
        """The authority of a public code, bare INSEE commune code or SIREN; None when unknown."""
        row = self._row(code.strip().upper())
        return None if row is None else self._place(row)

    def search(self, query: str, limit: int = 10) -> list[Place]:
        """At most `limit` authorities, best first; never raises, whatever the text.

        Every word must begin a word of the name, a usual one too; failing that, some may be glued or short, or tell
        the kind, a code (INSEE, SIREN, postal) or a département. Order: the very name, then decreasing population.
        """
        words = _words(query)
        if not words or limit < 1:
            return []
        found: dict[int, None] = {}
        for row in self._best_first(query, words):
            found[row] = None
            if len(found) >= limit:
                break
        return [self._place(row) for row in found]

    def named(self, name: str) -> list[Place]:
        """Those that have this very name, a usual one too, accents and upper case aside."""
        words = fold(name.replace("\n", " ")).split()
        return [self._place(row) for row in dict.fromkeys(self._same(" ".join(words)))] if words else []

    def _best_first(self, query: str, words: list[str]) -> Iterator[int]:
        """Rows, some of them twice; each way of looking costs only once it is reached."""
        others = list(spelled_otherwise(words))
        yield from (self._rows[code] for code in (query.strip().upper(),) if code in self._rows)
        for one in (words, *others):
            yield from self._same(" ".join(one))
        if city := arrondissement_of(words, _LINKS):
            yield from self._same(f"{PART_OF_CITY} {' '.join(city)}")
        for one in (words, *others):
            yield from self._by_name(one)
        yield from (row for name, row in self._usual.items() if all(needle in name for needle in _needles(words)))
        for spelling in (words, *others):
            context = self._by_context(spelling)
            yield from sorted(islice(context, MOST_COMPARED), key=lambda row: not self._covered(row, words))
            yield from context

    def _same(self, name: str) -> Iterator[int]:
        """Rows that have this very name, usual or not."""
        line = f" {name}\n"
        if line in self._usual:
            yield self._usual[line]
        yield from (row for row in self._names.rows_with(line) if self._names[row] == line)

    def _covered(self, row: int, words: list[str]) -> bool:
        """Does the query hold the whole name, and more? « Département du Rhône » is not Bouches-du-Rhône."""
        return _LINKS.union(words).issuperset(self._names[row].split())

    def _by_name(self, words: list[str]) -> Iterator[int]:
        """Rows whose name holds every word, by decreasing population."""
        needles = _needles(words)
        rarest = needles[0] if len(needles) == 1 else min(needles[:2], key=self._names.count)
        for row in self._names.rows_with(rarest):
            name = self._names[row]
            if all(needle in name for needle in needles):
                yield row

    def _by_context(self, words: list[str]) -> Iterator[int]:
        """Rows where every word is somewhere, one at least in the name or as figures of a code."""
        needles = _needles(word for word in words if word not in _LINKS)
        kinds = "".join(self._kinds.values())
        telling = [needle for needle in needles if needle not in kinds and len(needle) > 2]
        figures = any(needle[1].isdigit() for needle in telling)
        if not telling or (len(needles) == 1 and not figures):
            return
        columns = (self._names, self._contexts)
        rarest = min(telling[:2], key=lambda text: sum(column.count(text) for column in columns))
        for row in merge(*(column.rows_with(rarest) for column in columns)):
            name = self._names[row]
            context = self._contexts[row] + self._kinds[self._lines[row].split("\t", 4)[3]]
            told = all(needle in name or needle in context for needle in needles)
            if told and (figures or any(needle in name for needle in needles)):
                yield row

    def _row(self, code: str) -> int | None:
        """The row of a public code, or of one that lacks its letter and can only be of one type."""
        if code in self._rows or len(code) not in (5, 9):
            return self._rows.get(code)
        return self._rows.get(("C" if len(code) == 5 else "E") + code)

    def _place(self, row: int) -> Place:
        kind_of, code, name, kind, population, departement, epci, _ = self._lines[row].split("\t")
        group = self._rows.get(epci)
        return Place(
            code=code,
            type=kind_of,
            kind=kind,
            name=name,
            population=int(population) if population else None,
            departement=departement,
            departement_name=self._departements.get(departement, ""),
            epci_name="" if group is None else self._lines[group].split("\t", 3)[2],
        )


def departements(folder: Path) -> Departements:
    """Of every département its region; of the regions, the groups and Alsace that lie in several, which. Nothing
    without the folder; DirectoryError if a file is damaged."""
    if not folder.is_dir():
        return Departements()
    regions = {
        row[0]: row[2] for row in (line.split("\t") for line in _read(folder / DEPARTEMENTS, DEPARTEMENT_COLUMNS))
    }
    within: dict[str, dict[str, None]] = {}
    for line in _read(folder / TERRITORIES, COLUMNS):
        kind_of, code, name, _, _, departement, epci, _ = line.split("\t")
        if kind_of == "region":
            within[code] = {one: None for one, region in regions.items() if region == name}
        elif kind_of == "commune" and epci:
            within.setdefault(epci, {})[departement] = None
    several = {code: tuple(sorted(found)) for code, found in within.items() if len(found) > 1}
    return Departements(regions, {**several, **ALSACE})


def places_of(folder: Path, codes: Collection[str]) -> dict[str, Place]:
    """The authorities that have these whole public codes, by code, without the group they belong to: for who needs a
    few, at a tenth of the cost of reading the directory. DirectoryError if a file is damaged."""
    found = {}
    for line in _read(folder / TERRITORIES, COLUMNS):
        kind_of, code, rest = line.split("\t", 2)
        if code in codes:
            name, kind, population, departement, _, _ = rest.split("\t")
            people = int(population) if population.isdecimal() else None
            found[code] = Place(code, kind_of, kind, name, people, departement, "", "")
    return found


def outlines(folder: Path) -> dict[str, str]:
    """By code, the SVG path of each département of the mainland and Corsica, in a frame of OUTLINE_FRAME.
    DirectoryError if the file is damaged."""
    return dict(line.split("\t") for line in _read(folder / OUTLINE, ("code", "outline")))


def _usual_names(path: Path, codes: set[str]) -> dict[str, str]:
    """The code of an authority by each of its usual names; none without the file."""
    rows = [line.split("\t") for line in _read(path, USUAL_COLUMNS)] if path.exists() else []
    known = set[str]()
    for number, (name, code, source) in enumerate(rows, start=2):
        if code not in codes or not fold(name).split() or not source:
            raise _error(f"la ligne {number} de {path} est abîmée")
        if fold(name) in known:
            raise _error(f"la ligne {number} de {path} redonne un nom déjà écrit")
        known.add(fold(name))
    return {name: code for name, code, _ in rows}


def _error(fault: str) -> DirectoryError:
    return DirectoryError(f"Annuaire des collectivités{NBSP}: {fault}.")


def _read(path: Path, columns: tuple[str, ...]) -> list[str]:
    """The rows of a tab-separated file (gzipped or not), header checked and removed."""
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    except FileNotFoundError as error:
        raise _error(f"le fichier {path} est introuvable") from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise _error(f"le fichier {path} est illisible") from error
    header, *lines = text.removesuffix("\n").split("\n")
    if header.split("\t") != list(columns) or not lines:
        raise _error(f"le fichier {path} n’a pas les colonnes attendues")
    tabs = len(columns) - 1
    for number, line in enumerate(lines, start=2):
        if line.count("\t") != tabs:
            raise _error(f"la ligne {number} de {path} est abîmée")
    return lines
