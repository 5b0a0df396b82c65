"""Every shape gives the base's records; what is none of records is refused by its true cause."""

import csv
import io
import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from mirror.errors import MirrorError
from mirror.records import Counts, find_sources, read_file
from mirror.records.text import fields_a_line
from records.cases import (
    BASE,
    BINARY_SHAPES,
    CASES,
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    JSON_SHAPES,
    NULLS,
    PACKED,
    Case,
    table,
)

KEY = ["period", "reporter_code", "flow_code", "partner_code"]
VALUES = ["net_wgt", "primary_value"]


def read(path: Path) -> tuple[pl.DataFrame, Counts]:
    """Records of gold as numbers, sorted, and what was recognised."""
    (source,) = find_sources([path])
    counts = Counts()
    rows = pl.concat(b.rows for b in read_file(source, frozenset({"7108"}), counts))
    columns = [*KEY, "cmd_code", *VALUES]
    return rows.select(columns).with_columns(pl.col(VALUES).cast(pl.Float64)).sort(KEY), counts


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    path = tmp_path_factory.mktemp("base") / "reply.json"
    path.write_bytes(table(BASE, shape="reply"))
    rows, _ = read(path)
    assert rows.height == len(BASE)
    written = sorted(float(one["primaryValue"]) for one in BASE)
    assert sorted(rows["primary_value"]) == written
    return rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_ends_as_it_must(tmp_path, base, case: Case):
    path = tmp_path / "data"
    path.write_bytes(case.make(BASE))
    if case.said is None:
        assert_frame_equal(read(path)[0], base)
        return
    with pytest.raises(MirrorError) as refused:
        read(path)
    assert case.said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["true", ""])
@pytest.mark.parametrize(("change", "fields"), [
    (lambda line: line.rpartition(",")[0], 46),
    (lambda line: line[: line.index("Mali")], 14),
    (lambda line: f"{line},7", 48),
    (lambda line: f"{line},,,7", 50),
    (lambda line: f"{line},{line}", 94),
    (lambda line: line.replace(",", ',"7,7",', 1) + ",1", 49),
])  # fmt: skip
def test_a_row_with_fields_too_few_or_too_many_is_named(tmp_path, end, last, change, fields):
    """Whether the last column shows that a row is whole or not."""
    lines = table([one | {"isAggregate": last} for one in BASE]).decode().split("\r\n")
    lines[1] = change(lines[1])
    (tmp_path / "a.csv").write_text(end.join(lines), newline="")

    with pytest.raises(MirrorError, match=f"line 2: {fields} fields where the header has 47"):
        read(tmp_path / "a.csv")


@pytest.mark.parametrize("last", ["true", ""])
def test_fields_beyond_the_header_that_are_empty_are_no_fault(tmp_path, base, last):
    head, _, rows = table([one | {"isAggregate": last} for one in BASE]).partition(b"\r\n")
    rows = rows.replace(b"\r\n", b",\r\n").replace(b",\r\n", b",,\r\n", 3)
    (tmp_path / "a.csv").write_bytes(head + b"\r\n" + rows)

    assert_frame_equal(read(tmp_path / "a.csv")[0], base)


Combination = tuple[str, str, str, tuple[str, str], str, str]


def combinations() -> Iterator[Combination]:
    """All that are claimed: shape, encoding, delimiter, marks of figures, null, compression."""
    yield from itertools.product(["csv"], ENCODINGS, DELIMITERS, DECIMALS, NULLS, PACKED)
    yield from itertools.product(JSON_SHAPES, ENCODINGS[:-1], [","], DECIMALS, NULLS, PACKED)
    yield from itertools.product(BINARY_SHAPES, ["utf-8"], [","], DECIMALS, NULLS, [""])


def wrong(folder: Path, base: pl.DataFrame, chosen: list[Combination]) -> list[object]:
    """The combinations that give other records, each with what it gave."""
    bad: list[object] = []
    for n, (shape, encoding, delimiter, (decimal, thousands), null, packed) in enumerate(chosen):
        path = folder / f"{n}"
        path.write_bytes(
            table(BASE, shape=shape, encoding=encoding, delimiter=delimiter, decimal=decimal,
                  thousands=thousands, null=null, packed=packed)
        )  # fmt: skip
        try:
            rows, counts = read(path)
            is_same = (
                rows.equals(base) and counts.decimal_mark == {",": "comma", ".": "point"}[decimal]
            )
        except MirrorError as error:
            is_same, rows = False, error
        if not is_same:
            bad.append((chosen[n], rows))
        path.unlink()
    return bad


def stratified(everything: list[Combination]) -> list[Combination]:
    """For each family of shapes one combination with each value of each part, and of each shape."""
    strata: dict[object, list[Combination]] = {}
    for one in everything:
        family = one[0] if one[0] in ("csv", *BINARY_SHAPES) else "json"
        for part, value in enumerate(one):
            strata.setdefault((family, part, value), []).append(one)
    drawn = random.Random(7108)
    return [drawn.choice(members) for members in strata.values()]


def test_a_sample_of_all_combinations_gives_the_base(tmp_path, base):
    everything = list(combinations())
    assert len(everything) > 20_000
    chosen = stratified(everything)
    for part, values in enumerate(map(set, zip(*everything, strict=True))):
        assert {one[part] for one in chosen} == values
    assert wrong(tmp_path, base, chosen) == []


@pytest.mark.proof
def test_every_combination_gives_the_base(tmp_path, base):
    assert wrong(tmp_path, base, list(combinations())) == []


@given(
    rows=st.lists(
        st.lists(st.text(alphabet='a ,;"\n', max_size=4), min_size=1, max_size=4),
        min_size=1, max_size=5,
    ),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    has_end=st.booleans(),
)  # fmt: skip
def test_fields_are_counted_as_a_reader_of_csv_does(rows, quoting, has_end):
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator="\n").writerows(rows)
    written = text.getvalue() if has_end else text.getvalue().removesuffix("\n")
    read_back = {max(1, len(row)) for row in csv.reader(io.StringIO(written, newline=""))}
    expected = next(iter(read_back)) if len(read_back) == 1 else None
    if written:
        assert fields_a_line(written.encode(), ",") == expected
