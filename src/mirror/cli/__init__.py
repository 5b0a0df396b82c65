"""The command line, one module a subject."""

from mirror.cli import editions, keeping, profile, questions, reading, serve, status, upstream
from mirror.cli.app import app

__all__ = [
    "app",
    "editions",
    "keeping",
    "profile",
    "questions",
    "reading",
    "serve",
    "status",
    "upstream",
]
