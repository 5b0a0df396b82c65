"""A frame whose rows stand one column beside their header.

pandas takes the first column of the website's downloads for an index, because every row has a comma
more than the header; saved again, each value stands below the name of the column before it.
"""

import re
from collections.abc import Sequence

from mirror.records.layout import sketch

_FORMS = {
    "period": re.compile(r"(19|20)\d\d((0[1-9]|1[0-2])?(\.0)?|-.*)"),
    "flow_code": re.compile(
        r"[MX]|R[MX]|DX|FM|[MX][IO]P|[1-4]|(re-?)?(im|ex)ports?", re.IGNORECASE
    ),
    "cmd_code": re.compile(r"\d{2,10}(\.0)?|TOTAL|[A-Z]+\d*"),
}

_NUMBER = re.compile(r"([-+]?[\d.,' ]*\d[\d.,]*([eE][-+]?\d+)?)?")
_BEHIND = {"cmd_code": _FORMS["cmd_code"], "net_wgt": _NUMBER, "primary_value": _NUMBER}
"""Fields that often stand behind the texts of a row, and how they are written."""


def shift_of(names: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return by how many columns values stand beside their names, in every row: -1, 0 or 1.

    So they do where period, flow and goods are none where they should be and right beside it. To
    the right they stand where R has written names of rows and no name above them.
    """
    fields = sketch(names, "").fields
    places = [(names.index(fields[f]), form) for f, form in _FORMS.items() if f in fields]

    def fits(row: Sequence[str], by: int) -> int:
        cells = [(row[at + by : at + by + 1], form) for at, form in places if at + by >= 0]
        return sum(bool(cell and form.fullmatch(cell[0].strip())) for cell, form in cells)

    def all_fit(by: int) -> bool:
        return all(fits(row, 0) < 2 and fits(row, by) == len(places) for row in rows)

    if rows and all_fit(-1):
        return -1
    is_longer = all(len(row) == len(names) + 1 for row in rows)
    return int(bool(rows) and is_longer and all_fit(1))


def split_row(names: Sequence[str], rows: Sequence[Sequence[str]]) -> int | None:
    """Return the place of a row with a field more than the header, because a text was split in two.

    So it is where the goods, or weight and value, stand one column to the right of their name. A
    field more that is empty, at the end, is what the website writes.
    """
    fields = sketch(names, "").fields
    places = [(names.index(fields[f]), f) for f in _BEHIND if f in fields]

    def is_right(row: Sequence[str], at: int, field: str) -> bool:
        here, beside = row[at].strip(), row[at + 1].strip()
        return bool(beside and _BEHIND[field].fullmatch(beside)) and not _BEHIND[field].fullmatch(
            here
        )

    for place, row in enumerate(rows):
        if len(row) == len(names) + 1:
            found = [field for at, field in places if is_right(row, at, field)]
            if "cmd_code" in found or len(found) > 1:
                return place
    return None
