"""The command that says how files are understood."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from mirror.cli.app import Units, app, sentences
from mirror.errors import MirrorError


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="Files or folders.", metavar="FILE…")],
    unit: Units = None,
) -> None:
    """Show how files are understood (shape, encoding, unit, rows); nothing is built or written."""
    with sentences():
        from mirror.steps.read import read as read_step
        from mirror.steps.run import file_unit

        logging.getLogger().setLevel(logging.WARNING)
        found = list(read_step(files, [file_unit(one) for one in unit or ()]))
        _show([one for one in found if not isinstance(one, MirrorError)])
        errors = [one for one in found if isinstance(one, MirrorError)]
        for error in errors[:-1]:
            typer.echo(f"mirror: {error}", err=True)
        if errors:
            raise errors[-1]


def _show(found: list[dict[str, object]]) -> None:
    """Print a list for each file on a terminal, a row for each in a pipe."""
    import polars as pl

    from mirror.terminal import console, show, table

    if found and not sys.stdout.isatty():
        show(pl.DataFrame(found, infer_schema_length=None))
        return
    for one in found:
        said = [(name.replace("_", " "), str(value)) for name, value in one.items() if value]
        listed = pl.DataFrame(said[1:], schema=["", "found"], orient="row")
        console().print(table(listed, said[0][1]))
