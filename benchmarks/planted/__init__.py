"""Worlds of gold trade whose hidden routes are known: exporters, importers, hubs and routes."""

from benchmarks.planted.settings import MIXES, TRAPS
from benchmarks.planted.world import write

__all__ = ["MIXES", "TRAPS", "write"]
