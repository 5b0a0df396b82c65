"""Which files of a folder are read, which are left out by name, and which stop the run."""

import gzip
import os
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from mirror.errors import SourceError
from mirror.records import Counts, container, find_sources, read_file
from records.cases import BASE, table

NOTES = {
    "README.txt": b"Gold trade, downloaded for a test.\nTwo lines.\n",
    "gold_price.csv": b"date,price\n2018-01-01,1300\n",
    "Reporters.json": b'{"results": [{"id": 4, "text": "Afghanistan"}]}',
    "picture.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
    "empty.csv": b"",
}


def labels(*paths: Path, skip: Sequence[Path] = ()) -> list[str]:
    return [source.label.partition("/")[2] for source in find_sources(paths, skip)]


@pytest.mark.parametrize("name", NOTES)
def test_what_holds_nothing_of_comtrades_is_left_out_by_name(tmp_path, caplog, name):
    (tmp_path / "data.csv").write_bytes(table(BASE))
    (tmp_path / name).write_bytes(NOTES[name])

    assert labels(tmp_path) == ["data.csv"]
    assert f"left out: {tmp_path.name}/{name} is not Comtrade data" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("more.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is an old workbook"),
        ("more.csv.xz", b"\xfd7zXZ\0", "is packed with xz"),
        ("more.csv", b"period,reporterCode,cmdCode\n2018,784,7108\n", "has no columns flow_code"),
        ("2019.json", b'{"statusCode": 403, "message": "Out of call volume quota."}', "an error"),
    ],
)
def test_what_may_hold_records_stops_the_run_unless_it_is_skipped(tmp_path, name, content, said):
    (tmp_path / "data.csv").write_bytes(table(BASE))
    (tmp_path / name).write_bytes(content)

    with pytest.raises(SourceError, match=said):
        find_sources([tmp_path])
    assert labels(tmp_path, skip=[tmp_path / name]) == ["data.csv"]


def test_every_table_in_an_archive_is_a_source_of_its_own(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a.csv", table(BASE[:3]))
        archive.writestr("b/b[2023-01-03].json", table(BASE[3:], shape="list"))
        archive.writestr("README.txt", b"notes")
        archive.writestr("__MACOSX/._a.csv", b"\0\0")
    (tmp_path / "a copy.csv").write_bytes(table(BASE[:3]))

    sources = find_sources([tmp_path])

    assert [(s.label.partition("/")[2], s.released) for s in sources] == [
        ("a copy.csv", None),
        ("all.zip/b/b[2023-01-03].json", date(2023, 1, 3)),
    ]
    counts = [Counts(), Counts()]
    for source, count in zip(sources, counts, strict=True):
        list(read_file(source, {"7108"}, count))
    assert [count.rows_read for count in counts] == [3, 4]


def test_the_date_of_a_bulk_file_in_both_forms_and_the_one_that_means_none(tmp_path):
    for day in ("20251203_114500", "2025-12-04", "1900-01-01"):
        (tmp_path / f"COMTRADE[{day}].txt").write_bytes(table(BASE, null=day, delimiter="\t"))

    assert {source.released for source in find_sources([tmp_path])} == {
        date(2025, 12, 3), date(2025, 12, 4), None
    }  # fmt: skip


def test_what_is_no_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "data.csv").write_bytes(table(BASE))

    for path in (tmp_path, tmp_path / "pipe.csv"):
        with pytest.raises(SourceError, match="is a named pipe and no file"):
            find_sources([path])
    with pytest.raises(SourceError, match="is a device or socket"):
        find_sources([Path("/dev/null")])
    if Path("/proc/self/status").exists():
        with pytest.raises(SourceError, match="it is empty"):
            find_sources([Path("/proc/self/status")])


def test_an_archive_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(container, "EXPANSION_FREE_BYTES", 1 << 20)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", table(BASE) + b"\n" * (2 << 20))
    (tmp_path / "a.gz").write_bytes(gzip.compress(table(BASE) + b"\n" * (2 << 20), mtime=0))

    with pytest.raises(SourceError, match="unpacks to more than 1 MB, over 200 times"):
        find_sources([tmp_path / "a.zip"])
    (source,) = find_sources([tmp_path / "a.gz"])
    with pytest.raises(SourceError, match="unpacks to more than 1 MB, over 200 times"):
        list(read_file(source, {"7108"}, Counts()))
