"""Inputs led by coverage through every reader: `python -m benchmarks.fuzz -runs=100000`.

Options are those of libFuzzer. Needs atheris (`pip install '.[fuzz]'`) and the tests on the path,
whose files it begins with; an input that fails is written to the working folder as crash-… : mend
it, and keep it as a seed in tests/records/test_fuzz.py.
"""

import sys
import tempfile
import time
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mirror.records"]):
    import mirror.records  # noqa: F401

from records.test_fuzz import SEEDS, WHOLE, outcome

_SECONDS_MOST = 5
_LIMITS = ["-timeout=120", "-rss_limit_mb=1024", "-max_len=65536"]
_SEED_MOST_BYTES = 65_536


def main() -> None:
    """Fuzz until the runs are over or an input fails; SystemExit is libFuzzer's."""
    with tempfile.TemporaryDirectory() as folder:
        for n, content in enumerate([*WHOLE, *SEEDS.values()]):
            if len(content) <= _SEED_MOST_BYTES:
                (Path(folder) / str(n)).write_bytes(content)
        atheris.Setup([sys.argv[0], *_LIMITS, *sys.argv[1:], folder], _read)
        atheris.Fuzz()


def _read(content: bytes) -> None:
    start = time.process_time()
    outcome(content)
    if time.process_time() - start > _SECONDS_MOST:
        raise TimeoutError(f"more than {_SECONDS_MOST} seconds of a processor")


if __name__ == "__main__":
    main()
