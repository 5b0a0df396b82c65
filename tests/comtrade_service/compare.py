"""Settings for the service on loopback, and what a lake holds beside what the world published."""

import json
import sqlite3
import sys
from contextlib import closing

from pydantic import SecretStr

from comtrade_service.service import KEY
from mirror.comtrade import FLOWS, GOLD, rows
from mirror.settings import Settings


def settings_for(service, tmp_path, key=KEY, **more):
    quick = {"comtrade_pause_seconds": 0, "comtrade_backoff_seconds": 0, "comtrade_wait_seconds": 0}
    return Settings(
        _env_file=None, out=tmp_path, comtrade_url=service.url,
        comtrade_key=SecretStr(key) if key else None, **quick, **more,
    )  # fmt: skip


def identity(row):
    return tuple(
        str(row[k]) for k in ("period", "reportercode", "flowcode", "partnercode", "cmdcode")
    )


def lake_rows(lake):
    """Identity and value of every row that is live, in order."""
    live = {}
    for frequency in ("A", "M"):
        for word in lake.covered(frequency):
            live[word.reply_id, word.cover.period, word.cover.reporter_code] = word.live
    found = []
    for reply in lake.replies():
        if reply.kind in ("records", "preview"):
            for row in rows(reply.path):
                cells = live[reply.id, row["period"], row["reportercode"]]
                if (row["flowcode"], row["cmdcode"]) in cells:
                    found.append((*identity(row), row["primaryvalue"]))
    return sorted(found)


def world_rows(world, periods, reporters=()):
    texts = world.rows(list(periods), list(reporters), list(FLOWS), list(GOLD))
    loaded = [{k.lower(): v for k, v in json.loads(text).items()} for text in texts]
    return sorted((*identity(row), row["primaryvalue"]) for row in loaded)


def lake_content(folder):
    """All that a lake holds apart from times: files with their bytes, and rows of the manifest."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.glob("replies/*/*"))
    }
    with closing(sqlite3.connect(folder / "manifest.sqlite")) as db:
        tables = {
            table: [
                tuple(row) for row in db.execute(f"select {columns} from {table} order by 1, 2, 3")
            ]
            for table, columns in COLUMNS.items()
        }
    return files, tables


COLUMNS = {
    "replies": "id, query, address, kind, path, sha256, bytes, rows, status",
    "covers": "reply_id, period, reporter_code, rows, last_released, checksum",
    "released": "reply_id, period, reporter_code, total_records, last_released, checksum",
    "looked": "reply_id, period, 1",
    "work": "id, query, rows",
}


def figure(line):
    """Show a figure for the closing note."""
    sys.__stderr__.write(f"\n{line}\n")
