"""Cut a query into smaller ones that together ask for the same."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mirror.comtrade.query import Query
from mirror.comtrade.service import GOLD

FLOW_SHARE: Mapping[str, float] = {"M": 0.45, "X": 0.4, "RX": 0.09}
OTHER_FLOW_SHARE = 0.02
SHARERS = 8
"""A call that is cut by reporters has room for so many of the largest."""
Sizes = Mapping[str, Mapping[int, float]]
"""Rows expected of each period and reporter, all flows and products of gold."""


def expected_rows(query: Query, sizes: Sizes) -> float:
    """Rows that the reply should hold, from the sizes of the reporters it asks for."""
    whole = 0.0
    for period in query.periods:
        known = sizes.get(period, {})
        named = query.reporters or known
        whole += sum(known.get(reporter, 0.0) for reporter in named)
    return whole * sum(share(cell) for cell in query.cells())


def share(cell: tuple[str, str]) -> float:
    """Share of a reporter's rows of gold that a flow and product is expected to hold."""
    return FLOW_SHARE.get(cell[0], OTHER_FLOW_SHARE) / len(GOLD)


def split(query: Query, everyone: Sequence[int]) -> list[Query]:
    """Cut along the first axis that has more than one value; an empty list: it cannot be cut.

    `everyone` are the reporters to name where the query asks for all of them.
    """
    if len(query.periods) > 1:
        return _halves(query, "periods", query.periods)
    if len(query.flows) > 1:
        return [replace(query, flows=part) for part in _flow_parts(query.flows)]
    if len(query.products) > 1:
        return _halves(query, "products", query.products)
    reporters = query.reporters or tuple(sorted(everyone))
    return _halves(query, "reporters", reporters) if len(reporters) > 1 else []


def can_split(query: Query) -> bool:
    """Whether a query has anything to be cut along."""
    several = (query.periods, query.flows, query.products)
    return any(len(axis) > 1 for axis in several) or len(query.reporters) != 1


def split_to_fit(query: Query, sizes: Sizes, room: float) -> list[Query]:
    """Cut until no part is expected to hold more than `room` rows, as far as that goes.

    Reporters share a call, so that what was guessed too low of one and too high of another evens
    out: flows and products are cut until a call has room for several of them.
    """
    if expected_rows(query, sizes) <= room:
        return [query]
    everyone = sorted({reporter for period in query.periods for reporter in sizes.get(period, {})})
    named = query.reporters or tuple(everyone)
    if len(query.periods) == 1 and len(named) > 1 and _may_share(query, named, sizes, room):
        return _filled(query, named, sizes, room)
    parts = split(query, everyone)
    return [piece for part in parts for piece in split_to_fit(part, sizes, room)] or [query]


def _may_share(query: Query, named: Sequence[int], sizes: Sizes, room: float) -> bool:
    """Whether a call has room for several of the reporters, or nothing else can be cut."""
    if len(query.flows) == len(query.products) == 1:
        return True
    return all(_rows_of(query, one, sizes) <= room / SHARERS for one in named)


def _filled(query: Query, named: Sequence[int], sizes: Sizes, room: float) -> list[Query]:
    """Neighbouring reporters together, as many as there is room for."""
    groups: list[list[int]] = []
    left = 0.0
    for reporter in named:
        rows = _rows_of(query, reporter, sizes)
        if not groups or rows > left:
            groups.append([])
            left = room
        groups[-1].append(reporter)
        left -= rows
    return [replace(query, reporters=tuple(group)) for group in groups]


def _rows_of(query: Query, reporter: int, sizes: Sizes) -> float:
    return expected_rows(replace(query, reporters=(reporter,)), sizes)


def _flow_parts(flows: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Imports and exports alone, as they hold nearly all rows; the rest together."""
    alone: list[tuple[str, ...]] = [(flow,) for flow in flows if flow in ("M", "X")]
    rest = tuple(flow for flow in flows if flow not in ("M", "X"))
    parts = [*alone, rest] if rest else alone
    return parts if len(parts) > 1 else [flows[:1], flows[1:]]


def _halves(query: Query, axis: str, values: tuple[Any, ...]) -> list[Query]:
    middle = (len(values) + 1) // 2
    parts: list[dict[str, Any]] = [{axis: values[:middle]}, {axis: values[middle:]}]
    return [replace(query, **part) for part in parts]
