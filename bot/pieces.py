"""How a message is cut for a platform."""

from bot.platform import CarriesFiles, Platform
from domain import markup
from storage.parcels import Parcel

_NO_FILES = "(Hier hoort een bestand bij. Dat kan ik hier niet sturen; vraag het aan de griffie.)"


def pieces(parcel: Parcel, platform: Platform) -> list[str]:
    """The texts in which a message goes out; the file and the choices belong to the last."""
    most = platform.limits.most
    if parcel.attachment and not isinstance(platform, CarriesFiles):
        return markup.split(f"{parcel.text}\n\n{_NO_FILES}", most)
    cut = markup.split(parcel.text, most)
    if parcel.attachment and isinstance(platform, CarriesFiles) and not _fits(cut, platform.caption):
        return [*cut, ""]
    if parcel.replaces:
        # The last piece is the one with the choices, and the only one whose id is known.
        before = markup.split(parcel.replaces.text, most)
        return cut[-1:] if len(cut) <= len(before) else before[-1:]
    return cut


def _fits(cut: list[str], caption: int) -> bool:
    return len(cut) == 1 and markup.units(cut[0]) <= caption
