"""Whatever is wrong with the input: one sentence, no traceback, and what was published stays."""

import gzip
import json
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from typer.testing import CliRunner

from files import bare_list, bulk, legacy, record, reply, semicolons, snake_case, website
from mirror.cli import app
from mirror.steps.run import Run

MIRROR = str(Path(sys.executable).with_name("mirror"))
NO_DATA = "Give files of records as UN Comtrade sends them."
AGAIN = "correct the file or download it again."
PERIOD = "is of the wrong form; write YYYY for annual (A) and YYYYMM for monthly (M) records."
CUT_ROW = "the row is cut or shifted, download the file again."

State = dict[str, tuple[int, int, int, int]]


@pytest.fixture(scope="module")
def out(sample_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder that holds the good edition 2026-11."""
    copy = tmp_path_factory.mktemp("bad") / "out"
    shutil.copytree(sample_run.out, copy, symlinks=True)
    return copy


@pytest.fixture(autouse=True)
def nothing_is_published(out: Path) -> Iterator[None]:
    """Whatever a test of this file does: the editions keep every byte."""
    before = state(out)
    assert "published/latest" in before
    yield
    assert state(out) == before


def state(out: Path) -> State:
    """Every file and link of what is published, with when its bytes or place last changed."""
    paths = (out / "published").rglob("*")
    return {
        str(path.relative_to(out)): (seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)
        for path in paths
        if not stat.S_ISDIR((seen := path.lstat()).st_mode)
    }


def refused(*arguments: str | Path) -> tuple[int, str]:
    """Run the command line in this process; return its code and the only line on stderr."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    return result.exit_code, only_sentence(result.stderr)


def only_sentence(stderr: str) -> str:
    """The one line that says why; there is no traceback around it."""
    assert "Traceback" not in stderr
    lines = [line for line in stderr.splitlines() if not line.startswith("INFO ")]
    assert len(lines) == 1
    assert lines[0].startswith("mirror: ")
    return lines[0].removeprefix("mirror: ")


def of(values: dict[str, object]) -> bytes:
    """A good row and, in line 3, one with these values."""
    return website([record(partnerCode=792), record(**values)])


def short(rows: int) -> bytes:
    """A reply of many rows of coffee."""
    row = (
        '{"period":"2016","reporterCode":784,"flowCode":"M","partnerCode":0,"cmdCode":"0901",'
        '"netWgt":1,"primaryValue":1}'
    )
    return f'{{"count":{rows},"data":[{",".join([row] * rows)}],"error":""}}'.encode()


def with_line(line: str) -> bytes:
    return snake_case([record()]) + line.encode()


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01,\x00,\x00,\x00,\x01\x08\x02\x00"
REPORTERS = {"results": [{"id": 4, "text": "Afghanistan", "reporterCode": 4, "isGroup": False}]}
DENIED = {
    "statusCode": 401,
    "message": "Access denied due to invalid subscription key. Make sure to provide a valid key "
    "for an active subscription.",
}
AVAILABLE = {
    "freqCode": "A", "period": 2016, "reporterCode": 784, "totalRecords": 10,
    "datasetChecksum": 1, "lastReleased": "2017-01-01",
}  # fmt: skip

FILES: dict[str, tuple[str, bytes, str]] = {
    "a text": ("a.txt", b"Dear all,\nplease find\n", f"is not Comtrade data: *{NO_DATA}"),
    "an empty file": ("a.csv", b"", f"is not Comtrade data: *no header of columns. {NO_DATA}"),
    "a picture": ("a.csv", PNG, f"is not Comtrade data: *no header of columns. {NO_DATA}"),
    "a long first line": ("a.csv", b"x" * 200_000, f"is not Comtrade data: *{NO_DATA}"),
    "an outage's page": (
        "a.csv", b"<html><head>\n<title>502, Bad, Gateway</title>\n",
        "is a page of HTML or XML and no table: *; ask for the data again, or leave it out.",
    ),
    "other columns": (
        "a.csv", b"date,price\n2016,1\n",
        "is not Comtrade data: it has no columns period, reporter_code, flow_code, partner_code, "
        f"cmd_code, net_wgt, primary_value. {NO_DATA}",
    ),
    "a reference list": (
        "Reporters.json", json.dumps(REPORTERS).encode(),
        f"is not Comtrade data: it has no columns period, *{NO_DATA}",
    ),
    "another JSON": ("a.json", b'{"a": {"b": [1]}}', "is not Comtrade data: *under data. Give *."),
    "a list of no records": ("a.json", b"[1, 2]", ", row 1 is no record: give replies as they *."),
    "a needed column missing": (
        "a.csv", snake_case([record()]).replace(b"net_wgt", b"weight"),
        "misses the needed column net_wgt: download it again with all columns, or give the column "
        "the name that UN Comtrade has for it.",
    ),
    "a column twice": (
        "a.csv", snake_case([record()]).replace(b"gross_wgt,", b"Net Wgt,"),
        "has two columns for net_wgt (net_wgt and Net Wgt): remove one.",
    ),
    "a header alone": ("a.csv", website([]), "holds no rows, *leave it out or ask for it again."),
    "an empty reply": ("a.json", reply([]), "holds no rows, *leave it out or ask for it again."),
    "a reply cut off": (
        "a.json", reply([record()] * 3)[:-700], "is cut off or no JSON (*): fetch it again.",
    ),
    "a number that JSON has not": (
        "a.json", reply([record(netWgt="Nan")]), "is cut off or no JSON (*): fetch it again.",
    ),
    "a count above the rows": (
        "a.json", reply([record()], count=2), "says it has 2 rows and holds 1: fetch it again.",
    ),
    "a count alone": (
        "a.json", reply([], count=61234),
        "says that there are 61234 rows and holds none, as a reply to countOnly does: *.",
    ),
    "a denied call": (
        "a.json", json.dumps(DENIED).encode(),
        "holds no records but an error of the service (Access denied due to invalid subscription "
        "key. Make sure *): fetch it again or leave it out.",
    ),
    "a bad request": (
        "a.json", b'{"errorObject": {"errorMessage": "Invalid\\nperiod"}}',
        "holds no records but an error of the service (Invalid period): fetch it again or *.",
    ),
    "500 rows": (
        "a.json", short(500),
        "holds exactly 500 rows, the size at which the service cuts a reply: split the query and "
        "fetch it again.",
    ),
    "500 rows, packed": ("a.json.gz", gzip.compress(short(500)), "holds exactly 500 rows, *."),
    "an unknown reporter": (
        "a.csv", of({"reporterCode": 998}),
        ", row 3: unknown reporter code 998; correct it, or add the area to areas.csv in the "
        "folder of --corrections.",
    ),
    "the world as reporter": ("a.csv", of({"reporterCode": 0}), ", row 3: unknown reporter code *"),
    "an unknown partner": (
        "a.csv", of({"partnerCode": 998}),
        ", row 3: unknown partner code 998; correct it, or add the area to areas.csv in the "
        "folder of --corrections.",
    ),
    "a partner that is no code": (
        "a.csv", of({"partnerCode": "ZZZ"}), ", row 3: unknown partner code ZZZ; correct it, *.",
    ),
    "an unknown flow": (
        "a.csv", of({"flowCode": "Q"}),
        ", row 3: unknown flow code Q; use the codes of data/reference/flows.csv, such as M and X.",
    ),
    "no flow": ("a.csv", of({"flowCode": None}), ", row 3: unknown flow code (empty); use *."),
    "an unknown legacy flow": (
        "a.csv", legacy([record()]).replace(b"H4,2016,2016,1,", b"H4,2016,2016,9,"),
        ", row 2: unknown flow code 9; use *.",
    ),
    "no HS code": ("a.csv", of({"cmdCode": None}), ", row 3: no HS code; download the file again."),
    "an HS code from a spreadsheet": (
        "a.csv", of({"cmdCode": "7108.5"}), ", row 3: 7108.5 is no HS code; download *.",
    ),
    "a year before the gold price": (
        "a.csv", of({"period": "1987"}),
        ", row 3: the period 1987 lies before the gold price begins (198801); leave *.",
    ),
    "a reporter code with a fraction": (
        "a.csv", of({"reporterCode": "784.4"}), ", row 3: unknown reporter code 784.4; *",
    ),
    "a number with an underscore": (
        "a.csv", of({"primaryValue": "1_000"}), f", row 3: * 1_000 is no number; {AGAIN}",
    ),
    "a negative value": (
        "a.csv", of({"primaryValue": "-5.5"}), f", row 3: primary_value -5.5 is negative; {AGAIN}",
    ),
    "a negative weight in JSON": (
        "a.json", reply([record(), record(partnerCode=792, netWgt="-1")]),
        f", row 2: net_wgt -1 is negative; {AGAIN}",
    ),
    "a value that is no number": (
        "a.csv", of({"primaryValue": "few"}), f", row 3: primary_value few is no number; {AGAIN}",
    ),
    "NaN": ("a.csv", of({"primaryValue": "NaN"}), f", row 3: * (empty) is no number; {AGAIN}"),
    "infinity": ("a.csv", of({"primaryValue": "inf"}), f", row 3: * inf is no number; {AGAIN}"),
    "minus infinity": ("a.csv", of({"netWgt": "-inf"}), f", row 3: * -inf is no number; {AGAIN}"),
    "a value too big": ("a.csv", of({"primaryValue": "1e400"}), f"*1e400 is no number; {AGAIN}"),
    "a comma for thousands": (
        "a.csv", of({"primaryValue": "1,23,4"}), f", row 3: * 1,23,4 is no number; {AGAIN}",
    ),
    "a decimal comma": (
        "a.csv", semicolons([record(netWgt="12,5")]),
        f", row 2: net_wgt 12,5 is no number; {AGAIN}",
    ),
    "no value": (
        "a.csv", of({"primaryValue": None}), f", row 3: * (empty) is no number; {AGAIN}",
    ),
    "a code too big": (
        "a.csv", of({"partner2Code": "1e99"}), f", row 3: partner2_code 1e99 is no number; {AGAIN}",
    ),
    "a month with a dash": (
        "a.csv", of({"period": "2016-1", "freqCode": "M"}),
        f", row 3: the period 2016-1 of frequency M {PERIOD}",
    ),
    "month 13": (
        "a.csv", of({"period": "201613", "freqCode": "M"}),
        f", row 3: the period 201613 of frequency M {PERIOD}",
    ),
    "a year of two digits": ("a.csv", of({"period": "16"}), f", row 3: the period 16 * {PERIOD}"),
    "a legacy year of two digits": (
        "a.csv", legacy([record(period="16")]), f", row 2: the period 16 {PERIOD}",
    ),
    "a year with a month": (
        "a.csv", of({"period": "201601"}),
        f", row 3: the period 201601 of frequency A {PERIOD}",
    ),
    "a month without its month": (
        "a.csv", of({"freqCode": "M"}), f", row 3: the period 2016 of frequency M {PERIOD}",
    ),
    "no period": ("a.csv", of({"period": None}), f", row 3: the period (empty) * {PERIOD}"),
    "an unknown frequency": ("a.csv", of({"freqCode": "Q"}), f", row 3: the frequency Q {PERIOD}"),
    "a mark that is none": (
        "a.csv", of({"isNetWgtEstimated": "perhaps"}),
        f", row 3: isNetWgtEstimated perhaps is neither true nor false; {AGAIN}",
    ),
    "a release that is no date": (
        "a.gz", bulk([record(lastReleased="soon")]),
        ", row 2: lastReleased soon is no date; write it as YYYY-MM-DD.",
    ),
    "an availability without its number": (
        "a.json", reply([AVAILABLE | {"totalRecords": "many"}]),
        f", row 1: total_records many is no number; {AGAIN}",
    ),
    "an availability of nobody": (
        "a.json", reply([AVAILABLE | {"reporterCode": None}]),
        f", row 1: reporter_code (empty) is no number; {AGAIN}",
    ),
    "a first release that is no date": (
        "a.json", reply([AVAILABLE | {"firstReleased": "once"}]),
        ", row 1: firstReleased once is no date; write it as YYYY-MM-DD.",
    ),
    "a bulk file that ends too early": (
        "a.gz", bulk([record(partnerCode=code) for code in (4, 792)] * 2000)[:-60],
        "is a .gz that ends too early or is damaged: download it again.",
    ),
    "a bulk file with no sense after its head": (
        "a.gz", bulk([record()])[:30] + b"\x00\xff" * 50,
        "is a .gz that ends too early or is damaged: download it again.",
    ),
    "too few fields": (
        "a.csv", with_line("C,A,2016\n"), f", line 3: 3 fields where the header has 47; {CUT_ROW}",
    ),
    "too many fields": (
        "a.csv", with_line("1," * 48 + "1\n"),
        f", line 3: 49 fields where the header has 47; {CUT_ROW}",
    ),
    "a quote that never ends": (
        "a.csv", with_line('C,"A' + ",1" * 45 + "\n" + "x" * 200_000),
        ", line *: field larger than field limit (131072); a quote *, or download the file again.",
    ),
    "a date in brackets that is none": (
        "a[2022-13-45].gz", bulk([record()]),
        "holds no date in its brackets: give it back its own name.",
    ),
    "two figures for one key": (
        "a.csv", of({"partnerCode": 792, "primaryValue": "7"}),
        ", row 3: a second, different figure for reporter 784, partner 792, flow M, 7108 in 2016; "
        "keep one of them, or give both a release date so that the later one counts.",
    ),
    "two CIF values for one key": (
        "a.csv", of({"partnerCode": 792, "cifvalue": "7"}),
        ", row 3: a second, different figure for reporter 784, partner 792, *.",
    ),
    "two CIF values, one released": (
        "a.json",
        reply([record(cifvalue="1", lastReleased="2020-01-01"), record(cifvalue="2")]),
        ", row 2: a second, different figure for reporter 784, partner 466, *.",
    ),
    "two figures released on one day": (
        "a.gz", bulk([record(primaryValue=v, lastReleased="2020-01-01") for v in "12"]),
        ", row 3: a second, different figure for reporter 784, partner 466, *.",
    ),
    "two figures, one released": (
        "a.json",
        reply([record(primaryValue="1", lastReleased="2020-01-01"), record(primaryValue="2")]),
        ", row 2: a second, different figure for reporter 784, partner 466, *.",
    ),
}  # fmt: skip
"""What is wrong: name of the file, its bytes, and what the sentence says after the file's name."""


@pytest.mark.parametrize("wrong", FILES)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(tmp_path, out, wrong):
    name, content, said = FILES[wrong]
    given = tmp_path / "given"
    given.mkdir()
    (given / name).write_bytes(content)

    code, sentence = refused("run", "--source", given, "--out", out, "--edition", "2026-11")

    assert code == 1
    label = "given/" + name
    _, found, after = sentence.partition(label)
    assert found
    assert fnmatchcase(after.removeprefix(" "), said)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [100_000, 250_000])
def test_a_reply_at_a_cap_is_refused(tmp_path, out, rows):
    (tmp_path / "a.json").write_bytes(short(rows))

    code, sentence = refused("run", "--source", tmp_path / "a.json", "--out", out)

    assert code == 1
    assert sentence == (
        f"a.json holds exactly {rows:,} rows, the size at which the service cuts a reply: "
        "split the query and fetch it again."
    )


def test_figures_of_two_files_that_contradict_each_other_name_the_second(tmp_path, out):
    (tmp_path / "a.csv").write_bytes(website([record(), record(partnerCode=792)]))
    (tmp_path / "b.json").write_bytes(bare_list([record(partnerCode=792, netWgt="1")]))

    code, sentence = refused("run", "--source", tmp_path, "--out", out)

    assert code == 1
    assert sentence == (
        f"{tmp_path.name}/b.json, row 1: a second, different figure for reporter 784, partner 792, "
        f"flow M, 7108 in 2016 (weight 1 and not 59876.25) than {tmp_path.name}/a.csv; keep one "
        "of them, or say when each was released with --released FILE=YYYY-MM-DD, or that files are "
        "as old as their own time with --file-times."
    )


def test_many_rows_of_one_fault_are_one_sentence_with_their_number(tmp_path, out):
    codes = (4, 466, 792)
    rows = [record(partnerCode=code, primaryValue="-1") for code in codes]
    (tmp_path / "a.csv").write_bytes(website(rows))

    _, sentence = refused("run", "--source", tmp_path / "a.csv", "--out", out)

    assert sentence == f"a.csv, row 2: primary_value -1 is negative (2 more like it); {AGAIN}"


@pytest.mark.parametrize(
    ("frequency", "period", "word", "other"),
    [("M", "201601", "annual", "monthly"), ("A", "2016", "monthly", "annual")],
)
def test_records_of_the_other_frequency_only(tmp_path, frequency, period, word, other):
    (tmp_path / "files").mkdir()
    content = website([record(freqCode=frequency, period=period)])
    (tmp_path / "files" / "a.csv").write_bytes(content)

    code, sentence = refused(
        "run", "--source", tmp_path / "files", "--out", tmp_path / "out", "--freq", word
    )

    assert code == 1
    assert sentence == (
        f"The sources hold no {word} record of gold (HS 7108) that names a partner country: give "
        f"such records, or use --freq {other}."
    )


def test_a_source_that_is_empty_or_not_there(tmp_path, out):
    (tmp_path / "notes.docx").write_bytes(b"PK")

    assert refused("run", "--source", tmp_path, "--out", out) == (
        1,
        f"{tmp_path.name}/notes.docx is not Comtrade data: its first line is no header of columns. "
        f"{NO_DATA}",
    )
    (tmp_path / "empty").mkdir()
    assert refused("run", "--source", tmp_path / "empty", "--out", out) == (
        1,
        f"The folder {tmp_path / 'empty'} holds no records: put files of UN Comtrade there, such "
        "as .csv, .json, .gz, .zip, .xlsx or .parquet, or name another folder.",
    )
    assert refused("run", "--source", tmp_path / "nowhere", "--out", out) == (
        1,
        f"The source {tmp_path / 'nowhere'} does not exist: give a file or a folder of records.",
    )


def test_one_bad_file_among_good_ones_stops_the_run(tmp_path, out):
    (tmp_path / "a.csv").write_bytes(website([record()]))
    (tmp_path / "b.csv").write_bytes(of({"flowCode": "Q"}))

    code, sentence = refused(
        "run", "--source", tmp_path / "a.csv", "--source", tmp_path / "b.csv", "--out", out
    )

    assert (code, sentence[:12]) == (1, "b.csv, row 3")


def test_a_failed_build_leaves_nothing_that_could_be_published(tmp_path, out):
    (tmp_path / "a.csv").write_bytes(of({"flowCode": "Q"}))
    refused("run", "--source", tmp_path, "--out", out, "--edition", "2026-11")

    assert sorted(path.name for path in out.iterdir()) == [
        "mirror.lock", "mirror.prom", "published",
    ]  # fmt: skip
    assert refused("publish", "--out", out, "--edition", "2026-11") == (
        2,
        f"Nothing is built in {out}: run mirror build first.",
    )


def test_a_failed_first_run_publishes_nothing(tmp_path):
    (tmp_path / "a.csv").write_bytes(of({"flowCode": "Q"}))
    new = tmp_path / "new"

    assert refused("run", "--source", tmp_path / "a.csv", "--out", new)[0] == 1
    assert [path.name for path in new.iterdir()] == ["mirror.lock"]


def test_a_folder_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()

    assert refused("run", "--out", tmp_path / "file" / "out") == (
        2,
        f"{tmp_path / 'file' / 'out'} cannot be written (Not a directory): choose another --out.",
    )
    assert refused("run", "--out", tmp_path / "file") == (
        2,
        f"{tmp_path / 'file'} cannot be written (File exists): choose another --out.",
    )


@pytest.mark.parametrize("edition", ["2026", "2026-13", "2026-1", "latest", "../2026-01"])
def test_an_edition_of_the_wrong_form(out, edition):
    assert refused("run", "--out", out, "--edition", edition) == (
        2,
        f"The edition {edition} is of the wrong form: write YYYY-MM.",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("run --sorce x", "No such option: --sorce *; see mirror run --help."),
        ("run --freq weekly", "Invalid value for '--freq': *; see mirror run --help."),
        ("run --window-years 0", "Invalid value for '--window-years': *; see mirror run --help."),
        ("run extra", "*extra*; see mirror run --help."),
        ("runn", "No such command 'runn'*; see mirror --help."),
        ("explain MLI", "Missing argument *; see mirror explain --help."),
    ],
)
def test_wrong_usage(arguments, said):
    result = CliRunner().invoke(app, arguments.split(), prog_name="mirror")

    assert result.exit_code == 2
    assert fnmatchcase(only_sentence(result.stderr), said)


# The command as people start it.


def started(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run([MIRROR, *map(str, arguments)], capture_output=True, text=True)
    assert done.stdout == ""
    return done.returncode, only_sentence(done.stderr)


@pytest.mark.slow
def test_the_command_itself_refuses_a_file(tmp_path, out):
    name, content, said = FILES["a bulk file that ends too early"]
    (tmp_path / name).write_bytes(content)

    code, sentence = started("run", "--source", tmp_path, "--out", out, "--edition", "2026-11")

    assert code == 1
    assert sentence.startswith(f"{tmp_path.name}/{name}")
    assert fnmatchcase(sentence, f"*{said}")


@pytest.mark.slow
def test_the_command_itself_refuses_wrong_usage(out):
    assert started("run", "--out", out, "--edition", "2026-13") == (
        2,
        "The edition 2026-13 is of the wrong form: write YYYY-MM.",
    )
    assert refused("run", "--window", "0")[0] == 2


# Permissions do not bind root, so the commands give up being root before they start. One runs
# before that, because nobody may not be able to read Python's own files.

AS_NOBODY = """
import contextlib, io, json, os, sys, tempfile
from mirror.cli import app

def code_of(arguments, errors):
    with contextlib.redirect_stderr(errors):
        try:
            return app(arguments)
        except SystemExit as stop:
            return stop.code

if os.geteuid() == 0:
    with tempfile.TemporaryDirectory() as out:
        code_of(["run", "--source", f"{out}/nowhere", "--out", out], io.StringIO())
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
commands = json.load(sys.stdin)
answers = [(code_of(one, errors := io.StringIO()), errors.getvalue()) for one in commands]
print(json.dumps(answers))
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can reach and nobody but its owner can write to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in sorted(folder.rglob("*")):
            path.chmod(0o755)


def as_nobody(*commands: tuple[str | Path, ...]) -> list[tuple[int, str]]:
    """Run commands in a process without rights; the code and the sentence of each."""
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY], capture_output=True, text=True, check=True,
        input=json.dumps([[str(word) for word in one] for one in commands]),
    )  # fmt: skip
    return [(code, only_sentence(stderr)) for code, stderr in json.loads(done.stdout)]


def writable(folder: Path) -> Path:
    folder.mkdir()
    folder.chmod(0o777)
    return folder


@pytest.mark.slow
def test_a_file_without_permission_to_read(open_folder):
    file = open_folder / "a.csv"
    file.write_bytes(website([record()]))
    file.chmod(0)
    out = writable(open_folder / "out")

    said = f"{file} cannot be read (Permission denied): mend its permissions or leave it out."
    assert as_nobody(
        ("run", "--source", file, "--out", out), ("run", "--source", open_folder, "--out", out)
    ) == [(1, said), (1, said)]


@pytest.mark.slow
def test_a_folder_without_permission_to_list_is_not_passed_over(open_folder):
    given, closed = open_folder / "given", open_folder / "given" / "closed"
    closed.mkdir(parents=True)
    (given / "a.csv").write_bytes(website([record()]))
    (closed / "b.csv").write_bytes(website([record(partnerCode=792)]))
    closed.chmod(0)
    out = writable(open_folder / "out")

    said = f"{closed} cannot be read (Permission denied): mend its permissions or leave it out."
    listed, (code, sentence) = as_nobody(
        ("run", "--source", given, "--out", out),
        ("run", "--source", closed / "b.csv", "--out", out),
    )
    assert listed == (1, said)
    assert code == 1
    assert "cannot be read (Permission denied)" in sentence


@pytest.mark.slow
def test_a_folder_without_permission_to_write(open_folder):
    out = open_folder / "out"
    out.mkdir()
    out.chmod(0o555)

    assert as_nobody(("run", "--out", out), ("run", "--out", out / "below")) == [
        (2, f"{out} cannot be written: choose another --out."),
        (2, f"{out / 'below'} cannot be written (Permission denied): choose another --out."),
    ]
    assert list(out.iterdir()) == []
