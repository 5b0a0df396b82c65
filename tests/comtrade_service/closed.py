"""The service with doors that are closed: what begins with a path is refused, with a sentence."""

import json
from dataclasses import dataclass, field

from comtrade_service.service import Service

POLICY = 403, "All calls are rejected by policy."
NO_KEY = 401, "Access denied due to invalid subscription key."
NOT_THERE = 404, "Resource not found"
QUOTA = 403, "Out of call volume quota. Quota will be replenished in 03:14:17."
DOWN = 500, "Internal server error"


@dataclass
class Closed(Service):
    """`doors`: the beginning of a path, and the status and message that it is answered with."""

    doors: dict[str, tuple[int, str]] = field(default_factory=dict)

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, bytes, str]:
        """What a closed door says, else what the service does."""
        for begin, (status, message) in self.doors.items():
            if path.startswith(begin):
                return status, json.dumps({"statusCode": status, "message": message}).encode(), "no"
        return super().answer(path, headers)
