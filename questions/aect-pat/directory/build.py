"""Rebuild the directory of French local authorities from an unpacked package folder.

Usage: python build.py FOLDER

FOLDER is the unpacked package `@etalab/decoupage-administratif` (`data/communes.json` and others).
Writes, beside this script, `territories.tsv.gz` and `departements.tsv`; same input, same bytes.
What is kept, merged or left out is told in SOURCE.md. Standard library only.
"""

import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
COLUMNS = ("type", "code", "name", "kind", "population", "departement", "epci", "postal")
GROUP_KINDS = {
    "CC": "communauté de communes",
    "CA": "communauté d’agglomération",
    "CU": "communauté urbaine",
    "METRO": "métropole",
    "MET69": "métropole",
    "EPT": "établissement public territorial",
}
OVERSEAS_COUNTRIES = {"975", "977", "978", "986", "987"}
REGION_KINDS = (
    dict.fromkeys(("02", "03", "06", "94"), "collectivité unique")
    | dict.fromkeys(OVERSEAS_COUNTRIES, "collectivité d’outre-mer")
    | {"988": "collectivité à statut particulier"}
)
# One authority stands for both the commune and the collectivity; or nobody lives there.
COMMUNES_LEFT_OUT = {"977", "978", "984", "989"}
REGIONS_LEFT_OUT = {"984", "989"}
# No council of their own: a single collectivity, Paris or Alsace (added below) stands for it.
DEPARTEMENTS_LEFT_OUT = {"2A", "2B", "67", "68", "75", "972", "973", "976"}
ALSACE = {"67", "68"}
ALSACE_ROW = ("departement", "D6AE", "Collectivité européenne d’Alsace (Bas-Rhin et Haut-Rhin)")
LYON = "MET69"

Row = tuple[str, ...]
Record = dict[str, Any]


def read(folder: Path, name: str) -> list[Record]:
    """The records of one file of the package."""
    records: list[Record] = json.loads((folder / "data" / f"{name}.json").read_text("utf-8"))
    return records


def clean(text: str) -> str:
    """Text with French apostrophes and quotation marks, and single spaces."""
    text = re.sub(r"(?:''|\")\s*(.*?)\s*(?:''|\")", "«\u00a0\\1\u00a0»", text)
    return " ".join(part for part in re.split(r"[ \t\n]+", text.replace("'", "’")) if part)


class Source:
    """The package, with the populations and memberships that the rows need."""

    def __init__(self, folder: Path) -> None:
        """Reads the whole package; a missing file raises OSError."""
        communes = [c for c in read(folder, "communes") if c["type"] == "commune-actuelle"]
        self.communes = {str(c["code"]): c for c in communes}
        self.groups = read(folder, "epci") + read(folder, "ept")
        self.departements = read(folder, "departements")
        self.regions = read(folder, "regions")
        # Read in this order, the EPT of Greater Paris is kept as the nearest group of its communes.
        self.group_of = {m["code"]: f"E{g['code']}" for g in self.groups for m in g["membres"]}

    def population(self, codes: Iterable[str]) -> int:
        """Inhabitants of these communes, in one single vintage."""
        return sum(self.communes[code].get("population", 0) for code in codes)

    def main_departement(self, codes: Iterable[str]) -> str:
        """The département where most inhabitants of these communes live."""
        weights: Counter[str] = Counter()
        for code in codes:
            weights[self.communes[code]["departement"]] += self.communes[code].get("population", 0)
        return max(sorted(weights), key=lambda departement: weights[departement])


def commune_rows(source: Source) -> Iterator[Row]:
    """One row per commune of today; municipal arrondissements are not communes."""
    for code, commune in source.communes.items():
        if commune["departement"] in COMMUNES_LEFT_OUT:
            continue
        postal = " ".join(sorted(set(commune.get("codesPostaux", []))))
        group = source.group_of.get(code, "")
        population = str(commune["population"])
        yield (
            "commune",
            f"C{code}",
            commune["nom"],
            "commune",
            population,
            commune["departement"],
            group,
            postal,
        )


def group_rows(source: Source) -> Iterator[Row]:
    """One row per EPCI with its own taxation, and per EPT (inside the métropole of Paris)."""
    paris = source.group_of["75056"]
    for group in source.groups:
        members = [str(member["code"]) for member in group["membres"]]
        yield (
            "epci",
            f"E{group['code']}",
            group["nom"],
            GROUP_KINDS[group["type"]],
            str(source.population(members)),
            source.main_departement(members),
            paris if group["type"] == "EPT" else "",
            "",
        )


def departement_rows(source: Source) -> Iterator[Row]:
    """One row per departmental council; the Rhône is counted without the métropole of Lyon."""
    lyon = {m["code"] for g in source.groups if g["type"] == LYON for m in g["membres"]}
    members: defaultdict[str, list[str]] = defaultdict(list)
    for code, commune in source.communes.items():
        if code not in lyon:
            members[commune["departement"]].append(code)
    alsace = [code for departement in sorted(ALSACE) for code in members[departement]]
    yield (*ALSACE_ROW, "collectivité européenne", str(source.population(alsace)), "", "", "")
    regions = {region["code"] for region in source.regions if region["zone"] == "com"}
    for departement in source.departements:
        code = str(departement["code"])
        if code not in DEPARTEMENTS_LEFT_OUT | regions:
            population = str(source.population(members[code]))
            yield (
                "departement",
                f"D{code}",
                departement["nom"],
                "département",
                population,
                code,
                "",
                "",
            )


def region_rows(source: Source) -> Iterator[Row]:
    """One row per region or collectivity in its place, with its département if it has only one."""
    for region in source.regions:
        code = str(region["code"])
        if code in REGIONS_LEFT_OUT:
            continue
        inside = sorted(str(d["code"]) for d in source.departements if d["region"] == code)
        population = source.population(c for c, commune in source.communes.items() if commune["region"] == code)
        only = inside[0] if len(inside) == 1 else ""
        yield (
            "region",
            f"R{code}",
            region["nom"],
            REGION_KINDS.get(code, "région"),
            str(population),
            only,
            "",
            "",
        )


def table(header: Row, rows: Iterable[Row]) -> str:
    """Tab-separated text, cells cleaned (none holds a tab); wrong width raises ValueError."""
    lines = ["\t".join(header)]
    for row in rows:
        cells = [clean(cell) for cell in row]
        if len(cells) != len(header):
            raise ValueError(f"ligne mal formée : {row!r}")
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Writes both files and prints what they hold."""
    if len(sys.argv) != 2:
        sys.exit("usage : python build.py DOSSIER_DU_PAQUET")
    source = Source(Path(sys.argv[1]))
    rows: list[Row] = []
    for part in (commune_rows, departement_rows, group_rows, region_rows):
        rows += sorted(part(source), key=lambda row: row[1])
    codes = Counter(row[1] for row in rows)
    if twice := [code for code, count in codes.items() if count > 1]:
        sys.exit(f"codes en double : {twice[:10]}")
    packed = gzip.compress(table(COLUMNS, rows).encode("utf-8"), 9, mtime=0)
    (HERE / "territories.tsv.gz").write_bytes(packed)
    names = {str(region["code"]): str(region["nom"]) for region in source.regions}
    listed = sorted((str(d["code"]), str(d["nom"]), names[d["region"]]) for d in source.departements)
    (HERE / "departements.tsv").write_text(table(("code", "name", "region"), listed), "utf-8")
    counts = dict(Counter(row[0] for row in rows))
    sys.stdout.write(f"{len(packed)} octets, {counts}, {len(listed)} départements\n")


if __name__ == "__main__":
    main()
