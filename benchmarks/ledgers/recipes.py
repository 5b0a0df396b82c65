"""The worlds of the proof: what varies, and which seeds tune and which judge."""

from dataclasses import replace

from benchmarks.ledgers.worlds import Recipe

RECIPES = (
    Recipe(name="plain"),
    Recipe(name="few countries", countries=25),
    Recipe(name="many countries", countries=60),
    Recipe(name="noisy", noise=2.0),
    Recipe(name="quiet", noise=0.5, smuggled_share=0.04),
    Recipe(name="rife", smuggled_share=0.15),
    Recipe(name="no partners", no_partner_share=0.2, part_pool_share=0.4),
    Recipe(name="transit", transit_share=0.3),
    Recipe(name="monthly", frequency="M", years=3, countries=30),
    Recipe(name="low doré", dore_fineness_low=0.6),
)
"""One of each variation; seed s has recipe s modulo ten."""

TUNING_SEEDS = range(0, 40)
JUDGING_SEEDS = range(1000, 1040)
"""Never looked at while the method was chosen."""


def recipe_of(seed: int) -> Recipe:
    """The recipe of a seed."""
    return RECIPES[seed % len(RECIPES)]


def honest(seed: int) -> Recipe:
    """The same world with nothing hidden."""
    return replace(recipe_of(seed), smuggled_share=0.0, silent_share=0.0)
