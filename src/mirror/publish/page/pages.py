"""Every page and picture of an edition, by its path in the edition's folder."""

from collections.abc import Mapping

from mirror.publish.page.contents import Contents
from mirror.publish.page.drawing import png, svg
from mirror.publish.page.figures import figures
from mirror.publish.page.profile import Profiles
from mirror.publish.page.report import report


def pages(contents: Contents) -> Mapping[str, bytes]:
    """Draw the figures, fill the page in, and write a profile of each country."""
    made: dict[str, bytes] = {}
    drawings = []
    for name, (title, chart) in figures(contents).items():
        drawn = svg(chart(contents))
        made[f"figures/{name}.svg"] = drawn.encode()
        made[f"figures/{name}.png"] = png(drawn)
        drawings.append((name, title, drawn))
    profiles = Profiles(contents)
    for code in profiles.codes:
        made[f"profiles/{code}.html"] = profiles.page(code)
    named = [(code, profiles.names[code]) for code in profiles.codes]
    made["report.html"] = report(contents, drawings, sorted(named, key=lambda pair: pair[1]))
    return made
