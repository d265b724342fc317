"""matrix-nio as its documentation has it: answers in the callback, stores nothing of its own, joins every room."""

import asyncio
import sys

from nio import AsyncClient, AsyncClientConfig, Event, InviteMemberEvent, MatrixRoom, RoomMessageText

ANSWER = "Dit kan ik voor u doen\n\n" + "\n".join(f"/opdracht{number} – wat die doet" for number in range(11))


async def main(url: str, user: str, device: str, token: str, folder: str) -> None:
    config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=False, pickle_key="bench")
    client = AsyncClient(url, user, store_path=folder, config=config)
    client.restore_login(user, device, token)

    async def join(room: MatrixRoom, event: Event) -> None:
        await client.join(room.room_id)

    async def answer(room: MatrixRoom, event: Event) -> None:
        if event.sender != user:
            content = {"msgtype": "m.text", "body": ANSWER}
            await client.room_send(room.room_id, "m.room.message", content, ignore_unverified_devices=True)

    client.add_event_callback(join, InviteMemberEvent)
    client.add_event_callback(answer, RoomMessageText)
    await client.sync_forever(timeout=30_000, full_state=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
