"""What a bot says of itself and asks about chats: getMe, commands, name and descriptions, chats, members."""

import json

from tests.botapi.errors import Json, bad_request
from tests.botapi.limits import DESCRIPTION, NAME, SHORT_DESCRIPTION, check_commands, check_length
from tests.botapi.world import World


def get_me(world: World, params: Json) -> Json:
    can = {
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return world.bot_json() | can


def commands_key(world: World, params: Json) -> str:
    """Commands are kept for each scope and language apart."""
    scope: Json = params.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        scope = {**scope, "chat_id": world.find_chat(scope["chat_id"]).chat_id}
    return json.dumps([scope, params.get("language_code", "")], sort_keys=True)


def set_my_commands(world: World, params: Json) -> bool:
    commands = params.get("commands") or []
    if world.strict:
        check_commands(commands, params.get("language_code", ""))
    world.profile.setdefault("commands", {})[commands_key(world, params)] = commands
    return True


def get_my_commands(world: World, params: Json) -> list[Json]:
    found: list[Json] = world.profile.get("commands", {}).get(commands_key(world, params), [])
    return found


def delete_my_commands(world: World, params: Json) -> bool:
    world.profile.get("commands", {}).pop(commands_key(world, params), None)
    return True


def set_profile(world: World, params: Json, name: str, most: int, code: str) -> bool:
    value = params.get(name, "")
    check_length(value, most, code)
    world.profile.setdefault(name, {})[params.get("language_code", "")] = value
    return True


def get_profile(world: World, params: Json, name: str) -> Json:
    known = world.profile.get(name, {})
    return {name: known.get(params.get("language_code", ""), known.get("", ""))}


def set_my_name(world: World, params: Json) -> bool:
    return set_profile(world, params, "name", NAME, "BOT_TITLE_INVALID")


def set_my_description(world: World, params: Json) -> bool:
    return set_profile(world, params, "description", DESCRIPTION, "BOT_DESCRIPTION_TOO_LONG")


def set_my_short_description(world: World, params: Json) -> bool:
    return set_profile(world, params, "short_description", SHORT_DESCRIPTION, "BOT_ABOUT_TOO_LONG")


def get_my_name(world: World, params: Json) -> Json:
    return {"name": get_profile(world, params, "name")["name"] or world.first_name}


def get_my_description(world: World, params: Json) -> Json:
    return get_profile(world, params, "description")


def get_my_short_description(world: World, params: Json) -> Json:
    return get_profile(world, params, "short_description")


def get_chat(world: World, params: Json) -> Json:
    chat = world.find_chat(params.get("chat_id"))
    if chat.bot_status == "never":
        raise bad_request("chat not found")
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        True,
    )
    more: Json = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return chat.json() | more


def get_chat_member(world: World, params: Json) -> Json:
    chat = world.find_chat(params.get("chat_id"))
    user_id = params.get("user_id")
    if user_id == world.bot_id:
        return member_json(world.bot_json(), chat.bot_status)
    user = world.users.get(user_id or 0)
    if user is None:
        raise bad_request("user not found")
    inside = user_id == chat.chat_id or user_id in chat.members
    return member_json(user.json(), "member" if inside else "left")


def member_json(user: Json, status: str) -> Json:
    """A ChatMember; someone who was never there is as good as gone."""
    body: Json = {"user": user, "status": "left" if status == "never" else status}
    if status == "kicked":
        body["until_date"] = 0
    return body


def leave_chat(world: World, params: Json) -> bool:
    chat = world.writable_chat(params.get("chat_id"))
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot_status = "left"
    world.changed()
    return True
