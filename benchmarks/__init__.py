"""Planted worlds with known undeclared trade, and the proof that the ranking finds it."""
