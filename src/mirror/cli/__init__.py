"""The command line, one module a subject."""

from mirror.cli import editions, profile, questions, reading, upstream
from mirror.cli.app import app

__all__ = ["app", "editions", "profile", "questions", "reading", "upstream"]
