"""Templates and assets to files. Every value is escaped by Jinja2; nothing is escaped by hand."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mirror.publish.page import numbers

_HERE = Path(__file__).parent


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(numbers.FILTERS)
    made.globals["span"], made.globals["count"] = numbers.span, numbers.count
    # tojson writes <, >, & and ' as \\uXXXX, so that no name can end the script it stands in
    made.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "allow_nan": False}
    return made


def asset(name: str) -> Markup:
    """Return one of our own files as it is; never used for what comes from records."""
    return Markup((_HERE / "assets" / name).read_text(encoding="utf-8"))


def render(template: str, **values: Any) -> bytes:
    """Fill a template in; `asset` stands in it for the style sheets and scripts."""
    made = _environment().get_template(template).render(asset=asset, **values)
    return made.encode()
