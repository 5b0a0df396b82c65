"""Worlds that follow gold through a supply chain: the third hand of spec/SPEC.md section 6."""

from benchmarks.chain.settings import MIXES, TRAPS
from benchmarks.chain.world import write

__all__ = ["MIXES", "TRAPS", "write"]
