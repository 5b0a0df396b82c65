"""The lake: written once, whole or not at all, every vintage kept, calls counted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirror.errors import HeldByAnother, LakeError, QuotaExceeded
from mirror.lake import PUBLIC, Cover, Lake, NewReply, Release, account_of, rebuild

OCT, NOV, DEC = (datetime(2026, month, 5, 6, tzinfo=UTC) for month in (10, 11, 12))
GOLD = frozenset({("M", "7108"), ("X", "7108")})


@pytest.fixture
def lake(tmp_path):
    with Lake.writing(tmp_path / "lake") as opened:
        yield opened


def keep(lake, body, now, covers=(), releases=None, flows=("M", "X"), kind="records"):
    periods = tuple(sorted({c.period for c in covers} | {r.period for r in releases or ()}))
    reply = NewReply(kind, "A", "{}", "/a", sum(c.rows for c in covers), periods or ("2022",),
                     (), ("7108",), flows)  # fmt: skip
    with lake.draft() as draft:
        draft.write(body)
        return lake.keep(draft, reply, now, covers, releases)


def released(day, code=784, checksum="1"):
    return Release("2022", code, f"2026-{day}", checksum, "2026-01-01", 9)


def cover(day, rows, code=784, checksum="1"):
    return Cover("2022", code, rows, f"2026-{day}", checksum)


@settings(deadline=None)  # every body is brought to the disk
@given(st.binary(max_size=2000))
def test_a_body_comes_back_byte_for_byte(tmp_path_factory, body):
    with Lake.writing(tmp_path_factory.mktemp("l")) as lake:
        keep(lake, body, OCT)
        (reply,) = lake.replies()
        assert lake.verify() == 1
        if not body.startswith(b"\x1f\x8b"):
            assert reply.open().read() == body
        assert reply.bytes == len(body)


def test_a_dropped_draft_leaves_nothing(lake):
    with pytest.raises(ValueError, match="broken"), lake.draft() as draft:
        draft.write(b"half")
        raise ValueError("broken")
    assert [*(lake.folder / "drafts").iterdir()] == []
    assert lake.replies() == []


def test_a_draft_that_a_crash_left_is_cleared_and_a_body_never(tmp_path, caplog):
    with Lake.writing(tmp_path) as lake:
        keep(lake, b"{}", OCT)
    (tmp_path / "drafts" / "x.part").write_bytes(b"half")
    orphan = tmp_path / "replies" / "ab" / "abc.json.gz"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"whole but never counted")
    with Lake.writing(tmp_path) as lake:
        assert len(lake.replies()) == 1 and lake.verify() == 1
        assert lake.condition().unknown == ("replies/ab/abc.json.gz",)
    assert orphan.read_bytes() == b"whole but never counted"
    assert "the reply replies/ab/abc.json.gz" in caplog.text
    assert not [*(tmp_path / "drafts").iterdir()]


def test_a_rehearsal_leaves_nothing(tmp_path):
    with Lake.writing(tmp_path) as lake:
        keep(lake, b"[1]", OCT, [cover("09-30", 10)])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with Lake.rehearsing(tmp_path) as lake:
        lake.ledger.spend(PUBLIC, "/x", OCT)
        keep(lake, b"[2]", NOV, releases=[released("09-30")], kind="availability")
        assert len(lake.replies()) == 2 and lake.looked("A") == {"2022": NOV}
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
    with Lake.reading(tmp_path) as lake:
        assert len(lake.replies()) == 1 and lake.ledger.spent(PUBLIC, OCT) == 0


def test_two_manifests_that_counted_alike_become_one_in_the_order_of_time(tmp_path):
    with Lake.writing(tmp_path) as lake:
        keep(lake, b"[1]", OCT, [cover("09-30", 10)])
    older = (tmp_path / "manifest.sqlite").read_bytes()
    with Lake.writing(tmp_path) as lake:
        keep(lake, b"[2]", NOV, [cover("10-30", 12, checksum="2")])
    (tmp_path / "manifest.sqlite").write_bytes(older)
    entries = tmp_path / "entries"
    entries.rename(tmp_path / "kept")
    with Lake.writing(tmp_path) as lake:  # as version 0.1.0, which wrote no entries
        keep(lake, b"[3]", DEC, [cover("11-30", 14, checksum="3")])
    for path in (tmp_path / "kept").glob("*/*"):
        (entries / path.parent.name).mkdir(exist_ok=True)
        path.replace(entries / path.parent.name / path.name)
    assert rebuild(tmp_path).replies == 3
    with Lake.reading(tmp_path) as lake:
        assert [(r.id, r.fetched_at) for r in lake.replies()] == [(1, OCT), (2, NOV), (3, DEC)]
        rows = [known.gold_rows for known in lake.reporter_periods("A")]
        then = [known.gold_rows for known in lake.reporter_periods("A", NOV.date())]
        assert (rows, then) == ([14], [12])


def test_damage_is_found(lake):
    keep(lake, b"{}", OCT)
    (reply,) = lake.replies()
    reply.path.write_bytes(reply.path.read_bytes()[:-3])
    with pytest.raises(LakeError, match="cannot be read"):
        lake.verify()
    reply.path.unlink()
    with pytest.raises(LakeError, match="restore"):
        lake.verify()
    with pytest.raises(LakeError):
        reply.open()


def test_one_writer_at_a_time_and_readers_always(lake):
    with pytest.raises(HeldByAnother, match="is held by mirror fetch"), Lake.writing(lake.folder):
        pass
    with Lake.reading(lake.folder) as reader:
        assert reader.replies() == []


def test_an_absent_lake_is_read_as_an_empty_one_and_not_made(tmp_path):
    with Lake.reading(tmp_path / "none") as lake:
        assert lake.replies() == [] and lake.live().words == ()
    assert not (tmp_path / "none").exists()


def test_a_newer_manifest_is_not_touched(tmp_path):
    import sqlite3

    with Lake.writing(tmp_path):
        pass
    sqlite3.connect(tmp_path / "manifest.sqlite").execute("pragma user_version = 99").close()
    with pytest.raises(LakeError, match="newer version"), Lake.reading(tmp_path):
        pass


def test_a_revision_is_a_second_vintage_and_a_past_day_sees_the_first(lake):
    keep(lake, b"[1]", OCT, releases=[released("09-30")], kind="availability")
    first = keep(lake, b"[2]", OCT, [cover("09-30", 10)])
    keep(lake, b"[3]", NOV, releases=[released("10-30", checksum="2")], kind="availability")
    (stale,) = lake.reporter_periods("A")
    assert (stale.vintages, stale.is_current, stale.gold_rows) == (2, False, 10)
    second = keep(lake, b"[4]", NOV, [cover("10-30", 12, checksum="2")])
    (now,) = lake.reporter_periods("A", cells=GOLD)
    assert (now.state, now.gold_rows, now.is_current) == ("reported", 12, True)
    (then,) = lake.reporter_periods("A", OCT.date())
    assert (then.state, then.gold_rows, then.vintages) == ("reported", 10, 1)
    superseded = {r.id: r.superseded for r in lake.replies() if r.kind == "records"}
    assert superseded == {first: True, second: False}
    assert [r.superseded for r in lake.replies(OCT.date())] == [False, False]
    assert lake.replies()[1].released == {("2022", 784): "2026-09-30"}
    assert lake.replies(date(2026, 10, 4)) == []


def test_a_reply_for_some_flows_replaces_only_those(lake):
    keep(lake, b"[1]", OCT, [cover("09-30", 10)])
    keep(lake, b"[2]", NOV, [cover("10-30", 4)], flows=("M",))
    new, old = lake.covered("A")
    assert new.live == {("M", "7108")}
    assert old.live == {("X", "7108")}
    found = lake.live()
    assert [word[:4] for word in found.words] == [(2, "A", "2022", 784), (1, "A", "2022", 784)]
    assert found.scopes == ((0, "M", "7108"), (1, "X", "7108"))
    assert len(lake.live(OCT.date()).scopes) == 2 and len(lake.live(OCT.date()).words) == 1
    assert not any(reply.superseded for reply in lake.replies())


def test_what_is_withdrawn_stays_and_is_marked(lake):
    keep(lake, b"[1]", OCT, releases=[released("09-30"), released("09-30", 4)], kind="availability")
    keep(lake, b"[2]", OCT, [cover("09-30", 10), cover("09-30", 3, 4)])
    keep(lake, b"[3]", NOV, releases=[released("09-30", 4)], kind="availability")
    states = {r.reporter_code: (r.state, r.gold_rows) for r in lake.reporter_periods("A")}
    assert states == {784: ("withdrawn", 10), 4: ("reported", 3)}
    assert {r.state for r in lake.reporter_periods("A", OCT.date())} == {"reported"}


def test_gold_that_is_gone_while_the_reporter_is_still_listed_is_withdrawn_too(lake):
    keep(lake, b"[1]", OCT, releases=[released("09-30")], kind="availability")
    keep(lake, b"[2]", OCT, [cover("09-30", 10)])
    keep(lake, b"[3]", NOV, releases=[released("10-30")], kind="availability")
    keep(lake, b"[4]", NOV, [cover("10-30", 0)])
    (known,) = lake.reporter_periods("A")
    assert (known.state, known.gold_rows, known.earlier_rows) == ("withdrawn", 0, 10)
    assert not known.is_unlisted and known.is_current


def test_asked_and_nothing_came_is_told_from_never_asked(lake):
    listed = [released("09-30"), released("09-30", 4)]
    keep(lake, b"[1]", OCT, releases=listed, kind="availability")
    keep(lake, b"[2]", OCT, [cover("09-30", 0), Cover("2022", 8, 0)])
    states = {r.reporter_code: r.state for r in lake.reporter_periods("A")}
    assert states == {784: "silent", 4: "unknown", 8: "absent"}
    asked_all = lake.reporter_periods("A", cells=GOLD | {("M", "710812")})
    assert {r.reporter_code: r.state for r in asked_all}[784] == "unknown"


def test_calls_are_counted_by_key_and_day_across_runs(tmp_path):
    mine, other = account_of("a" * 32), account_of("b" * 32)
    with Lake.writing(tmp_path, 2) as lake:
        lake.ledger.spend(mine, "/x", OCT)
    with Lake.writing(tmp_path, 2) as lake:
        lake.ledger.spend(mine, "/x", OCT)
        with pytest.raises(QuotaExceeded, match="2026-10-06 00:00") as stop:
            lake.ledger.spend(mine, "/x", OCT)
        assert stop.value.until == datetime(2026, 10, 6, tzinfo=UTC)
        assert (lake.ledger.left(mine, OCT), lake.ledger.left(other, OCT)) == (0, 2)
        lake.ledger.spend(mine, "/x", OCT + timedelta(days=1))
        assert lake.ledger.spent(mine, OCT) == 2


def test_a_rest_holds_until_it_ends(lake):
    lake.ledger.set_rest(PUBLIC, OCT + timedelta(hours=3))
    assert lake.ledger.left(PUBLIC, OCT) == 0
    with pytest.raises(QuotaExceeded, match="09:00"):
        lake.ledger.spend(PUBLIC, "/x", OCT)
    lake.ledger.spend(PUBLIC, "/x", OCT + timedelta(hours=4))


def test_the_account_does_not_give_the_key_away():
    assert account_of(None) == account_of("") == PUBLIC
    assert len(account_of("0" * 32)) == 12 and "0000" not in account_of("0" * 32)
