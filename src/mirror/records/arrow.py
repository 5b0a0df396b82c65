"""Parquet and Arrow, batch by batch; damage is an error of theirs, and never the end of a process.

pyarrow reads them, whose readers are hardened against damaged files: those of polars ask for
whatever memory a damaged file names, and end the process where there is none.
"""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

import polars as pl
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from mirror.errors import SourceError
from mirror.records.layout import recognise
from mirror.records.limits import in_short
from mirror.records.table import Counts, at_places

_ROWS = 50_000
_SINGLE = "figures in single precision, of which seven digits are left"
_SHAPES = {"parquet": "Parquet", "arrow": "Arrow", "arrow stream": "Arrow"}


def arrow_reader(stream: IO[bytes], container: str, label: str, counts: Counts) -> "ArrowReader":
    """Open a Parquet or Arrow file whose columns are those of records."""
    counts.shape = _SHAPES[container]
    return ArrowReader(stream, container, label, counts)


class ArrowReader:
    """Rows of a Parquet or Arrow file, each value as text."""

    def __init__(self, stream: IO[bytes], container: str, label: str, counts: Counts) -> None:
        self._label, self._shape = label, counts.shape
        with self._damage():
            names, self._batches = _opened(_seekable(stream), container)
        self.layout = recognise(names, label)
        self._counts = counts

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, batch by batch."""
        place = 1
        with self._damage():
            for batch in self._batches:
                frame = self._texts(batch)
                if frame.height:
                    yield at_places(frame, place, self.layout)
                place += frame.height

    def _texts(self, batch: pa.RecordBatch) -> pl.DataFrame:
        names = list(self.layout.fields.values())
        # without what else stands in the schema, which may be damaged
        chosen = pa.RecordBatch.from_arrays([batch.column(n) for n in names], names=names)
        chosen.validate(full=True)
        frame = pl.DataFrame(pl.from_arrow(chosen))
        if pl.Float32 in frame.schema.values():
            self._counts.note(_SINGLE)
        return frame.with_columns(pl.col(pl.Float32).cast(pl.Float64)).cast(pl.String)

    @contextmanager
    def _damage(self) -> Iterator[None]:
        try:
            yield
        except (
            pa.ArrowException, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError,
            ValueError, KeyError, MemoryError,
        ) as error:  # fmt: skip
            raise SourceError(
                f"{self._label} begins as {self._shape} and cannot be read "
                f"({in_short(error)}): write it again, or give the table as CSV."
            ) from error


def _seekable(stream: IO[bytes]) -> IO[bytes]:
    """Return a stream whose end can be looked at first: what is packed is unpacked into memory."""
    is_file = isinstance(getattr(stream, "raw", None), io.FileIO)
    return stream if is_file else io.BytesIO(stream.read())


def _opened(stream: IO[bytes], container: str) -> tuple[list[str], Iterable[pa.RecordBatch]]:
    if container == "parquet":
        file = pa.parquet.ParquetFile(stream)
        return file.schema_arrow.names, file.iter_batches(_ROWS, use_threads=False)
    if container == "arrow":
        whole = pa.ipc.open_file(stream)
        return whole.schema.names, map(whole.get_batch, range(whole.num_record_batches))
    reader = pa.ipc.open_stream(stream)
    return reader.schema.names, reader
