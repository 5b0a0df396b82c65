"""A small chart of lines over the years, as the geometry that a template draws."""

from collections.abc import Sequence
from typing import Any

import polars as pl

Drawing = dict[str, Any]
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 460, 170, 48, 14, 22, 20
_LABELS = 8


def drawing(
    frame: pl.DataFrame, label: str, series: Sequence[tuple[str, str, str, str]], unit: float = 1000
) -> Drawing | None:
    """Lay out lines of name, column, colour and dash over `year`; null where there is no figure.

    Values are divided by `unit`; a year without a figure breaks its line.
    """
    points = {
        name: [(y, v / unit) for y, v in frame.select("year", column).rows() if v is not None]
        for name, column, _, _ in series
    }
    flat = [point for line in points.values() for point in line]
    if not flat:
        return None
    years = [year for year, _ in flat]
    first, last, top = min(years), max(years), max(value for _, value in flat) or 1.0

    def x(year: int) -> float:
        share = (year - first) / (last - first) if last > first else 0.5
        return round(_LEFT + 8 + share * (_WIDTH - _LEFT - _RIGHT - 16), 1)

    def y(value: float) -> float:
        return round(_HEIGHT - _BOTTOM - value / top * (_HEIGHT - _BOTTOM - _TOP), 1)

    lines = []
    for place, (name, _, colour, dash) in enumerate(series):
        at = [(x(year), y(value)) for year, value in points[name]]
        path = _path([year for year, _ in points[name]], at)
        legend = _LEFT + place * (_WIDTH - _LEFT) // len(series)
        lines.append({"name": name, "colour": colour, "dash": dash, "path": path, "points": at,
                      "legend": legend})  # fmt: skip
    step = max(1, -(-(last - first + 1) // _LABELS))
    return {
        "label": label, "width": _WIDTH, "height": _HEIGHT, "left": _LEFT, "lines": lines,
        "ticks": [{"y": y(top * part), "text": _text(top * part)} for part in (0, 0.5, 1)],
        "years": [{"x": x(year), "text": year} for year in range(first, last + 1, step)],
    }  # fmt: skip


def _path(years: Sequence[int], at: Sequence[tuple[float, float]]) -> str:
    words = []
    for place, (x, y) in enumerate(at):
        follows = place > 0 and years[place] == years[place - 1] + 1
        words.append(f"{'L' if follows else 'M'}{x} {y}")
    return "".join(words)


def _text(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:,.3g}"
