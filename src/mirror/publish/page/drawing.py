"""Charts to SVG and PNG, the same bytes for the same chart."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from altair import TopLevelMixin as Chart

_FONT = "Liberation Sans"
_FALLBACK = "Liberation Sans, Arial, Helvetica, sans-serif"
_SCALE = 2
_CLIP = re.compile(r'<clipPath|clip-path="url\(')
_CONFIG = {
    "background": "white",
    "font": _FONT,
    "view": {"stroke": None},
    "axis": {"labelColor": "#222222", "titleColor": "#222222", "titleFontWeight": "normal",
             "gridColor": "#E4E4E4", "domainColor": "#8A8A8A", "tickColor": "#8A8A8A",
             "labelFontSize": 11, "titleFontSize": 11, "labelLimit": 260},
    "legend": {"labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal",
               "orient": "top", "symbolStrokeWidth": 2},
    "header": {"labelFontWeight": "bold", "labelColor": "#222222"},
}  # fmt: skip


def svg(chart: "Chart") -> str:
    """Draw a chart as SVG.

    The numbers that Vega gives to clips run through a process and would change the bytes: charts
    here have none, and this holds them to it.
    """
    import vl_convert

    spec = chart.to_dict() | {"config": _CONFIG}
    drawn = str(vl_convert.vegalite_to_svg(spec))
    if _CLIP.search(drawn):
        raise ValueError("A figure clips its marks, so its bytes would not be the same twice.")
    return drawn.replace(f'"{_FONT}"', f'"{_FALLBACK}"')


def png(drawn: str) -> bytes:
    """Draw the same picture in pixels, two for each unit."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(drawn, scale=_SCALE))
