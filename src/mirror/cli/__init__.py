"""The command line, one module a subject."""

from mirror.cli import editions, profile, questions, upstream
from mirror.cli.app import app

__all__ = ["app", "editions", "profile", "questions", "upstream"]
