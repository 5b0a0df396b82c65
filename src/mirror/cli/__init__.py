"""The command line, one module a subject."""

from mirror.cli import editions, questions, upstream
from mirror.cli.app import app

__all__ = ["app", "editions", "questions", "upstream"]
