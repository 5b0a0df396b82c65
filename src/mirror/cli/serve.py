"""The command that serves the editions to browsers of this machine."""

from typing import Annotated

import typer

from mirror.cli.app import Out, app, sentences, standing


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to serve.")] = 8765,
    host: Annotated[str, typer.Option("--host", help="Address to serve.")] = "127.0.0.1",
    out: Out = None,
) -> None:
    """Serve the editions, read-only, until Ctrl-C; / lists them."""
    with sentences():
        from mirror.steps.serve import server_of

        with server_of(standing(out).published, host, port) as server:
            typer.echo(f"http://{host}:{server.server_port}/")
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                typer.echo("mirror: stopped.", err=True)
