"""Bytes of a text file as UTF-8, in pieces of whole lines, whatever its encoding."""

import codecs
from collections.abc import Iterator
from typing import IO

from mirror.errors import SourceError
from mirror.records.limits import CHUNK_BYTES, LINE_MOST_BYTES

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte-order marks, the longer first where one begins with another."""


def _windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    found = error.object[error.start : error.end]
    try:
        return found.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return found.decode("latin-1"), error.end


codecs.register_error("windows-where-not-utf-8", _windows)


def encoding_of(head: bytes) -> str:
    """Name the encoding of a file by its first bytes; utf-8 stands for all that no mark names."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    first, second = head[:256:2], head[1:256:2]
    for encoding, high, low in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        # ASCII but for a few letters
        if high.count(0) > max(1, 0.7 * len(high)) and low.count(0) < 0.1 * len(low):
            return encoding
    return "utf-8"


def utf8_pieces(stream: IO[bytes], encoding: str, label: str) -> Iterator[bytes]:
    """Yield a file's text as UTF-8; bytes that are none of UTF-8 stay as they are.

    Raises SourceError where UTF-16 or UTF-32 is damaged.
    """
    decoder = None if encoding.startswith("utf-8") else codecs.getincrementaldecoder(encoding)()
    is_first = is_more = True
    while is_more:
        piece = stream.read(CHUNK_BYTES)
        is_more = bool(piece)
        if decoder:
            try:
                piece = decoder.decode(piece, not is_more).encode()
            except UnicodeError as error:
                raise SourceError(
                    f"{label} is damaged: it begins as {encoding} and does not go on so; save it "
                    "again as UTF-8."
                ) from error
        if piece:
            yield piece.removeprefix(codecs.BOM_UTF8) if is_first else piece
            is_first = False


def valid_utf8(text: bytes) -> tuple[bytes, bool]:
    """Return text as valid UTF-8, and whether bytes of Windows' or Latin letters stood in it."""
    try:
        if not text.isascii():
            text.decode()
    except UnicodeDecodeError:
        return text.decode("utf-8", "windows-where-not-utf-8").encode(), True
    return text, False


def whole_lines(pieces: Iterator[bytes], label: str) -> Iterator[bytes]:
    """Yield pieces that end with the end of a line, outside quotes where that can be seen.

    Raises SourceError for a line that is longer than any of records.
    """
    rest, lines = b"", 1
    for piece in pieces:
        # a lone carriage return is a line's end on old machines
        rest += piece.replace(b"\r", b"\n") if b"\r" in piece and b"\n" not in piece else piece
        end = _last_end(rest)
        if end:
            yield rest[:end]
            lines += rest.count(b"\n", 0, end)
            rest = rest[end:]
        if len(rest) > LINE_MOST_BYTES:
            raise SourceError(
                f"{label}, line {lines}: the line has more than {LINE_MOST_BYTES:,} bytes, which "
                "no record has; leave the file out, or save it with one record a line."
            )
    if rest:
        yield rest


def _last_end(text: bytes) -> int:
    """Return where the last whole line ends; a few newlines inside quotes are passed over."""
    last = end = text.rfind(b"\n") + 1
    if b'"' not in text:
        return last
    for _ in range(20):
        if not end or text.count(b'"', 0, end) % 2 == 0:
            break
        end = text.rfind(b"\n", 0, end - 1) + 1
    return end or last
