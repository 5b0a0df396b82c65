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
