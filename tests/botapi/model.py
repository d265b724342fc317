"""The independent judge of every call: the method classes of aiogram, made by others.

Imported only when calls are checked: aiogram takes seconds to load, and a benchmark does not need it.
"""

from typing import Any

import aiogram.methods
from aiogram.types import BufferedInputFile
from pydantic import BaseModel, ValidationError

from tests.botapi.errors import ApiError, Json, bad_request
from tests.botapi.records import Upload

#: What Telegram says when the one thing a method is about is missing.
MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
}


def check_call(method: str, params: Json) -> None:
    """ApiError 400 when a field is unknown, missing or of the wrong type, at any depth.

    The real server ignores unknown fields; here they are refused, because they are always a mistake.
    """
    model: type[BaseModel] = getattr(aiogram.methods, method[0].upper() + method[1:])
    unknown = sorted(set(params) - set(model.model_fields))
    if unknown:
        raise bad_request(f"{method} has no parameter {unknown[0]!r}")
    given = {name: as_file(value) if isinstance(value, Upload) else value for name, value in params.items()}
    try:
        call = model.model_validate(given)
    except ValidationError as error:
        raise explained(error) from None
    path = find_unknown(call, "")
    if path:
        raise bad_request(f"{method} has no parameter {path!r}")


def as_file(upload: Upload) -> BufferedInputFile:
    return BufferedInputFile(upload.content, upload.name)


def explained(error: ValidationError) -> ApiError:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "missing" and first["loc"][0] in MISSING and len(first["loc"]) == 1:
        return bad_request(MISSING[str(first["loc"][0])])
    return bad_request(f"invalid parameter {'.'.join(map(str, first['loc']))}: {first['msg']}")


def find_unknown(value: Any, path: str) -> str:
    """Where in a checked call there is a field its model does not know; empty when nowhere."""
    if isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            return f"{path}{name}"
        for name in value.model_fields_set:
            found = find_unknown(getattr(value, name), f"{path}{name}.")
            if found:
                return found
    elif isinstance(value, list):
        for number, item in enumerate(value):
            found = find_unknown(item, f"{path}{number}.")
            if found:
                return found
    return ""
