"""Choices as buttons below a message."""

from typing import Any

from storage.parcels import Parcel


def keyboard(parcel: Parcel) -> dict[str, Any]:
    """The buttons of a message; what each says to us names the message and the choice."""
    rows = [
        [{"text": choice.label[:64], "callback_data": f"{parcel.id}.{index}"}]
        for index, choice in enumerate(parcel.choices)
    ]
    return {"inline_keyboard": rows}
