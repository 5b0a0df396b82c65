"""The first worlds, by the authors of the method: routes booked by two clerks, ten recipes."""

from benchmarks.ledgers.recipes import RECIPES, honest, recipe_of
from benchmarks.ledgers.worlds import Recipe, World, make

__all__ = ["RECIPES", "Recipe", "World", "honest", "make", "recipe_of"]
