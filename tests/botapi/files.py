"""Files in both directions: what the bot uploads, what a person sends, and their download."""

import mimetypes

from tests.botapi.errors import Json, bad_request
from tests.botapi.limits import DOWNLOAD_BYTES
from tests.botapi.records import StoredFile, Upload
from tests.botapi.world import World

FOLDERS = {"document": "documents", "photo": "photos", "voice": "voice", "sticker": "stickers"}
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")


def store(world: World, kind: str, upload: Upload) -> StoredFile:
    number = len(world.files)
    extension = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
    stored = StoredFile(
        file_id=f"BQACAgQAAxkD{kind}{number:06d}",
        unique_id=f"AgAD{number:08d}",
        path=f"{FOLDERS[kind]}/file_{number}.{extension}",
        content=upload.content,
        name=upload.name,
        mime_type=upload.mime_type or mimetypes.guess_type(upload.name)[0] or "application/octet-stream",
    )
    world.files[stored.file_id] = stored
    return stored


def media_json(kind: str, stored: StoredFile) -> Json | list[Json]:
    """The file as it appears in a message; sizes in pixels and seconds are invented."""
    body: Json = {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
    }
    match kind:
        case "photo":
            return [{**body, "width": 800, "height": 600}]
        case "voice":
            return {**body, "duration": 3, "mime_type": stored.mime_type}
        case "sticker":
            size: Json = {"type": "regular", "width": 512, "height": 512}
            return {**body, **size, "is_animated": False, "is_video": False}
    return {**body, "file_name": stored.name, "mime_type": stored.mime_type}


def store_media(world: World, kind: str, given: Upload | str | None, most: int) -> Json | list[Json]:
    """What the bot sends: an upload, the file_id of something the server has, or an address on the web."""
    if isinstance(given, Upload):
        if not given.content:
            raise bad_request("file must be non-empty")
        if len(given.content) > most:
            raise bad_request(f"file of size {len(given.content)} bytes is too big for a {kind}")
        if world.strict and kind == "photo" and not given.content.startswith(PICTURES):
            raise bad_request("IMAGE_PROCESS_FAILED")
        return media_json(kind, store(world, kind, given))
    if not given:
        raise bad_request(f"there is no {kind} in the request")
    if given.startswith(("https://", "http://")):
        name = given.rpartition("/")[2] or "file"
        return media_json(kind, store(world, kind, Upload(name, given.encode(), "")))
    if given not in world.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return media_json(kind, world.files[given])


def get_file(world: World, params: Json) -> Json:
    stored = world.files.get(params.get("file_id", ""))
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.content) > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }


def download(world: World, path: str) -> StoredFile | None:
    """The file behind a `file_path`; None when there is none."""
    return next((stored for stored in world.files.values() if stored.path == path), None)
