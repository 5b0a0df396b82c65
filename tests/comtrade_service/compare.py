"""Settings for the service on loopback, and what a lake holds beside what the world published."""

import json

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
