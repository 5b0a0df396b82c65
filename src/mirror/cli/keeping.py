"""Commands that look after what is published: verify, latest, prune."""

from typing import Annotated

import typer

from mirror.cli.app import Out, app, sentences, standing

Named = Annotated[str, typer.Argument(help="Edition, such as 2026-11 or 2026-11.r2.")]


@app.command()
def verify(
    edition: Annotated[
        str | None, typer.Argument(help="Edition, such as 2026-11.r2; default: all, and the lake.")
    ] = None,
    out: Out = None,
) -> None:
    """Hold editions and the lake against their hashes; exit 1 if something is damaged."""
    with sentences():
        from mirror.steps.verify import verify as verify_step

        is_good = True
        for line, is_one_good in verify_step(standing(out), edition):
            typer.echo(line)
            is_good = is_good and is_one_good
        if not is_good:
            raise typer.Exit(1)


@app.command()
def latest(edition: Named, out: Out = None) -> None:
    """Let published/latest show an edition until a newer one is published."""
    with sentences():
        from mirror.lock import held
        from mirror.steps.latest import show

        run = standing(out)
        with held(run.out, "mirror latest"):
            typer.echo(str(show(run, edition)))


@app.command()
def prune(
    keep: Annotated[int, typer.Option("--keep", min=1, help="Months that are kept.")] = 24,
    yes: Annotated[bool, typer.Option("--yes", help="Remove; without it they are listed.")] = False,
    keep_edition: Annotated[
        str | None, typer.Option("--keep-edition", help="Keep this edition for good: it is cited.")
    ] = None,
    release: Annotated[
        str | None, typer.Option("--release", help="Do not keep this edition any more.")
    ] = None,
    out: Out = None,
) -> None:
    """List the editions older than the months that are kept, and with --yes remove them."""
    with sentences():
        from mirror.lock import held
        from mirror.steps import prune as step

        run = standing(out)
        if keep_edition or release:
            with held(run.out, "mirror prune"):
                if keep_edition:
                    typer.echo(str(step.keep(run, keep_edition)))
                if release:
                    step.release(run, release)
            return
        if yes:
            with held(run.out, "mirror prune"):
                going = step.to_remove(run, keep)
                step.prune(run, going)
        else:
            going = step.to_remove(run, keep)
        done = "removed" if yes else "would be removed"
        for one in going:
            typer.echo(f"{one.edition.name}: {done}, {one.size_bytes / 1e6:,.1f} MB")
        if not going:
            typer.echo(f"No edition is older than the newest {keep} months.", err=True)
