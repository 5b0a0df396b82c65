"""Ctrl-C and SIGTERM end a command as an error does: drafts removed, one sentence, no traceback."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import typer

NAMES = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}


@contextmanager
def stops_said() -> Iterator[None]:
    """End with 128 and the signal's number, after everything on the way has been put in order."""
    received: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        received.append(number)
        if len(received) == 1:  # the next ones would only disturb the putting in order
            raise KeyboardInterrupt

    before = {one: signal.signal(one, stop) for one in _listened()}
    try:
        yield
    except BaseException as error:
        if not received:
            raise
        number = signal.Signals(received[0])
        typer.echo(
            f"mirror: Stopped by {NAMES[number]} before it had ended: nothing was half published, "
            "the last good edition stands; run again.",
            err=True,
        )
        raise typer.Exit(128 + number) from error
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _listened() -> list[signal.Signals]:
    """Signals that nobody asked to ignore; none in a thread that may not listen."""
    is_main = threading.current_thread() is threading.main_thread()
    return [one for one in NAMES if is_main and signal.getsignal(one) != signal.SIG_IGN]
