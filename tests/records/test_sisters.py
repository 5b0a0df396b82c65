"""Shapes beyond those that are listed: the base's records, or a sentence; nothing in silence."""

import json

import pytest
from polars.testing import assert_frame_equal

from mirror.errors import MirrorError
from mirror.records import Counts, find_sources, read_file
from mirror.records.layout import NotRecords
from records.cases import BASE, table
from records.sisters import CASES, REFUSED
from records.test_cases import base, read

__all__ = ["base"]


@pytest.mark.parametrize("name", CASES)
def test_it_gives_the_base_and_says_what_was_passed_over(tmp_path, base, name):
    make, noted = CASES[name]
    (tmp_path / "data").write_bytes(make(BASE))

    rows, counts = read(tmp_path / "data")

    assert_frame_equal(rows, base)
    assert noted is None or any(note.startswith(noted) for note in counts.notes)


@pytest.mark.parametrize("name", REFUSED)
def test_it_stops_the_run_even_beside_a_file_that_is_read(tmp_path, name):
    """Half the data must not be published because the other half was in another form."""
    make, said = REFUSED[name]
    (tmp_path / "other").write_bytes(make(BASE))
    (tmp_path / "data.csv").write_bytes(table(BASE))

    with pytest.raises(MirrorError) as refused:
        for source in find_sources([tmp_path]):
            list(read_file(source, {"7108"}, Counts()))

    assert not isinstance(refused.value, NotRecords)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("form", ['{"data": [%s]}', "[%s]", '{"features": [{"properties": %s}]}'])
@pytest.mark.parametrize("value", ["123456789012345.675", "[123456789012345.675]"])
def test_every_digit_of_a_figure_is_kept_wherever_it_stands(tmp_path, form, value):
    """A double would make 123456789012345.67 of it."""
    row = json.dumps({**BASE[0], "primaryValue": 7}).replace('"primaryValue": 7',
                                                            f'"primaryValue": {value}')  # fmt: skip
    (tmp_path / "a.json").write_text(form % row)

    (source,) = find_sources([tmp_path / "a.json"])
    (batch,) = read_file(source, {"7108"}, Counts())

    assert batch.rows["primary_value"].to_list() == ["123456789012345.675"]
