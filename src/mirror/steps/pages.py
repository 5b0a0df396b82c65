"""What the pages of an edition are made of, and the pages that are asked for one by one."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from mirror import __version__, publish
from mirror.errors import SchemaDrift, SettingsError
from mirror.publish import page
from mirror.publish.package import citation
from mirror.publish.page import Contents, Profile
from mirror.settings import ASSETS
from mirror.steps.explain import Explanation
from mirror.steps.query import edition_of
from mirror.steps.run import Run

_REFERENCE = ASSETS / "data" / "reference"


def contents_of(summary: Mapping[str, Any], tables: Mapping[str, pl.DataFrame]) -> Contents:
    """Gather what the pages show of an edition; `changes` is one of its tables, where it has it."""
    name = publish.name_in(summary)
    return Contents(
        edition=name,
        version=__version__,
        citation=citation(name, __version__, summary),
        summary=summary,
        tables=tables,
        countries=_countries(),
        changes=tables.get("changes"),
    )


def _countries() -> pl.DataFrame:
    """Read the continent and the place of each country; of codes used twice, today's country."""
    areas = pl.read_csv(_REFERENCE / "areas.csv").filter(kind="country")
    newest = areas.sort("last_year", "area_code", descending=True, nulls_last=False)
    points = pl.read_csv(_REFERENCE / "country_points.csv")
    return (
        newest.unique("iso3", keep="first", maintain_order=True)
        .select("iso3", "continent")
        .join(points, on="iso3", how="left")
        .sort("iso3")
    )


def profile(run: Run, country: str) -> tuple[Profile, Path]:
    """Return the profile of a country, by name or code, and its page in the newest good edition.

    Raises SettingsError where nothing is published, or no or more than one country fits.
    """
    folder = edition_of(run).folder
    summary = publish.read_summary(folder)
    tables = {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    contents = contents_of(summary, tables)
    code = _code_of(country, contents.names)
    try:
        found = page.profile(contents, code)
    except pl.exceptions.ColumnNotFoundError as error:
        raise SchemaDrift(
            f"Edition {contents.edition} was made by mirror {summary['version']}, whose tables "
            "lack what a profile shows: publish its month again with this version."
        ) from error
    if found is None:
        raise SettingsError(f"Edition {contents.edition} has no balance of {country}.")
    return found, folder / "profiles" / f"{code}.html"


def _code_of(country: str, names: Mapping[str, str]) -> str:
    """Find a country by its code, its name, or a part of its name that fits no other."""
    if country.upper() in names:
        return country.upper()
    wanted = _plain(country)
    same = [code for code, name in names.items() if _plain(name) == wanted]
    fitting = same or sorted(code for code, name in names.items() if wanted in _plain(name))
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise SettingsError(f"No country of this edition is called {country}: give its ISO code.")
    some = ", ".join(f"{names[code]} ({code})" for code in fitting[:5])
    raise SettingsError(f"{country} fits more than one country, such as {some}: give the code.")


def _plain(text: str) -> str:
    """Take accents and case off, so that Turkiye finds Türkiye."""
    letters = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in letters if not unicodedata.combining(sign)).casefold()


def dossier(said: Explanation) -> bytes:
    """Return the explanation of a pair as one page of HTML."""
    frames = {
        name: getattr(said, name)
        for name in ("years", "waterfall", "ranking", "hub", "set_aside", "rows", "replies")
    }
    return page.dossier(said.title, said.edition, __version__, frames, said.left_out)
