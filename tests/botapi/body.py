"""From an HTTP request to the parameters of a call: JSON, urlencoded and multipart all mean the same."""

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.botapi.errors import Json, bad_request
from tests.botapi.limits import words
from tests.botapi.records import Upload

#: Parameters that are text even when they look like a number or like JSON.
TEXTS = words(
    "text caption parse_mode callback_query_id url language_code name description short_description "
    "secret_token ip_address file_id action message_effect_id inline_message_id business_connection_id "
    "document photo thumbnail"
)
JSON_BEGINS = frozenset('{["-0123456789tfn')


async def read_params(request: web.BaseRequest) -> Json:
    """The parameters with their nested JSON decoded and uploads as Upload; ApiError 400 when unreadable."""
    kind = request.content_type
    params: Json = {}
    if "?" in request.raw_path:
        params = dict(parse_qsl(request.query_string, keep_blank_values=True))
    if kind == "multipart/form-data":
        params |= await read_multipart(request)
    elif request.body_exists:
        raw = await request.read()
        if kind == "application/json":
            params |= read_json(raw)
        elif raw:
            params |= read_form(raw)
    for name, value in params.items():
        if isinstance(value, str) and name not in TEXTS:
            params[name] = decoded(value)
    return params


def read_json(raw: bytes) -> Json:
    try:
        found = json.loads(raw or b"{}")
    except ValueError:
        raise bad_request("can't parse request: invalid JSON") from None
    if not isinstance(found, dict):
        raise bad_request("can't parse request: object expected")
    return {name: value for name, value in found.items() if value is not None}


def read_form(raw: bytes) -> Json:
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


def decoded(value: str) -> Any:
    """A form has only strings: what is JSON is read as JSON, anything else ("@name") stays."""
    if value[:1] not in JSON_BEGINS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


async def read_multipart(request: web.BaseRequest) -> Json:
    """Form fields and files; a field "attach://x" becomes the file that came as x."""
    params: Json = {}
    files: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.file.read(), value.content_type)
        else:
            params[name] = value
    for name, value in params.items():
        if isinstance(value, str) and value.startswith("attach://"):
            attached = files.pop(value.removeprefix("attach://"), None)
            if attached is None:
                raise bad_request(f"file {value!r} is not in the request")
            params[name] = attached
    return params | files
