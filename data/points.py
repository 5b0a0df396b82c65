"""Place the countries on the globe from the distances between them, for maps without a base map.

    python data/points.py

Reads data/reference/distances.csv, writes data/reference/country_points.csv. On a sphere the
cosines of the distances are the products of the places' unit vectors, so three eigenvectors give
the places up to a turn; four cities fix the turn. CEPII's distances are between mixtures of a
country's largest cities: a point is good to one or two degrees, enough to draw a route and for
nothing else.
"""

from pathlib import Path

import numpy as np
import polars as pl

REFERENCE = Path(__file__).parent / "reference"
EARTH_RADIUS_KM = 6371.0
MISFIT_KM = 200.0
ROUNDS = 30
CITIES = {  # GeoNames (https://www.geonames.org, CC BY 4.0): Buenos Aires, Helsinki, Kabul, Luanda
    "ARG": (-34.61315, -58.37723),
    "FIN": (60.16952, 24.93545),
    "AFG": (34.52813, 69.17233),
    "AGO": (-8.8368, 13.23317),
}


def distances(table: pl.DataFrame) -> tuple[list[str], np.ndarray]:
    """Return the codes and their matrix of distances, km."""
    codes = sorted({*table["iso3_a"], *table["iso3_b"]})
    place = {code: number for number, code in enumerate(codes)}
    matrix = np.zeros((len(codes), len(codes)))
    for a, b, km in table.select("iso3_a", "iso3_b", "distance_km").iter_rows():
        matrix[place[a], place[b]] = matrix[place[b], place[a]] = km
    return codes, matrix


def places(matrix: np.ndarray) -> np.ndarray:
    """Return a unit vector a country, up to a turn of the globe.

    A distance that does not fit the rest (islands far from their state) is replaced by the fitted
    one, round after round.
    """
    kept = matrix.copy()
    for _ in range(ROUNDS):
        values, vectors = np.linalg.eigh(np.cos(kept / EARTH_RADIUS_KM))
        found = vectors[:, -3:] * np.sqrt(values[-3:])
        found /= np.linalg.norm(found, axis=1)[:, None]
        fitted = EARTH_RADIUS_KM * np.arccos(np.clip(found @ found.T, -1, 1))
        kept = np.where(np.abs(fitted - matrix) > MISFIT_KM, fitted, matrix)
        np.fill_diagonal(kept, 0)
    return np.asarray(found)


def turned(found: np.ndarray, codes: list[str]) -> np.ndarray:
    """Turn (and mirror) the places so that the four cities come to lie where they are."""
    angles = np.radians(list(CITIES.values()))
    latitude, longitude = angles[:, 0], angles[:, 1]
    wanted = np.stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude),
         np.sin(latitude)], axis=1
    )  # fmt: skip
    left, _, right = np.linalg.svd(found[[codes.index(code) for code in CITIES]].T @ wanted)
    return np.asarray(found @ left @ right)


def main() -> None:
    """Write one row a country: its code, latitude and longitude in degrees."""
    codes, matrix = distances(pl.read_csv(REFERENCE / "distances.csv"))
    points = turned(places(matrix), codes)
    pl.DataFrame(
        {
            "iso3": codes,
            "latitude": np.degrees(np.arcsin(np.clip(points[:, 2], -1, 1))).round(1),
            "longitude": np.degrees(np.arctan2(points[:, 1], points[:, 0])).round(1),
        }
    ).write_csv(REFERENCE / "country_points.csv")


if __name__ == "__main__":
    main()
