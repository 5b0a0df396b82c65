"""How large the parts of a file may be: damage is refused before it costs much."""

CHUNK_BYTES = 4 << 20
"""Read at a time; a file of any size is read in so much memory and a few times that."""

LINE_MOST_BYTES = 1 << 20
"""One line of a table, or one row of a reply; a record takes 1,000."""

COLUMNS_MOST = 2_000
HEADER_MOST_CHARACTERS = 100_000
HEADER_WITHIN_LINES = 100
FIELD_MOST_CHARACTERS = 1_000
"""A text in a field that is read; names of countries take 60."""

NUMBER_MOST_CHARACTERS = 60
EXPONENT_MOST = 300
"""Powers of ten of a number; a double holds 308."""

NESTING_MOST = 20
"""Lists and objects inside each other around the rows of a reply."""

DOCUMENT_MOST_BYTES = 128 << 20
"""What has to be read whole: a JSON table by columns, the parts of a workbook."""

EXPANSION_MOST = 200
EXPANSION_FREE_BYTES = 256 << 20
"""A packed file may unpack to so many times its size, and to so much whatever its size."""

ERROR_MOST_CHARACTERS = 200
"""Of a library's sentence that stands in ours."""

MEMBERS_MOST = 1_000
"""Files in an archive, sheets in a workbook."""


def in_short(error: BaseException) -> str:
    """Return the first words of what a library says, which may repeat a file's own content."""
    said = " ".join(str(error).split()) or type(error).__name__
    return said if len(said) <= ERROR_MOST_CHARACTERS else f"{said[:ERROR_MOST_CHARACTERS]}…"
