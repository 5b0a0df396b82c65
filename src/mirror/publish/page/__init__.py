"""What people read of an edition: the page, the profiles of countries, the dossier of a pair."""

from mirror.publish.page.contents import Contents
from mirror.publish.page.dossier import dossier
from mirror.publish.page.pages import pages
from mirror.publish.page.profile import Profile, profile

__all__ = ["Contents", "Profile", "dossier", "pages", "profile"]
