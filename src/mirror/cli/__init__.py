"""The command line, one module a subject."""

from mirror.cli import editions, profile, questions, serve, status, upstream
from mirror.cli.app import app

__all__ = ["app", "editions", "profile", "questions", "serve", "status", "upstream"]
