"""Write the lake's manifest anew from the replies that lie in it."""

import logging

from mirror import lake
from mirror.lake import Rebuilt
from mirror.settings import Settings

log = logging.getLogger(__name__)


def rebuild(settings: Settings) -> Rebuilt:
    """Rebuild the manifest and warn of what it cannot name; raises what `lake.rebuild` raises."""
    done = lake.rebuild(settings.out / "lake")
    for sentence in done.left:
        log.warning("%s", sentence)
    return done
