"""Worlds that follow gold through a supply chain, lot by lot."""

from benchmarks.chain.settings import MIXES, TRAPS
from benchmarks.chain.world import write

__all__ = ["MIXES", "TRAPS", "write"]
