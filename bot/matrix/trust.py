"""Whether people's apps can trust what the bot sends, in a sentence for the doctor and the health report."""

from bot.matrix import crosssigning
from bot.matrix.account import Login, kept_client, sign_in
from bot.matrix.crosssigning import State
from bot.matrix.errors import NO_ANSWER, Refused, checked

_RENEW = "Stop Raadsmaat en geef dan: raadsmaat matrix nieuwe-identiteit"
_SENTENCES = {
    State.TRUSTED: (
        "Versleuteling staat aan, en het apparaat van de bot is bevestigd (kruiselings ondertekend). "
        "Apps vertrouwen het."
    ),
    State.FOREIGN: (
        "Het Matrix-account heeft een identiteit (cross-signing) die Raadsmaat niet kent. Apps vertrouwen de bot niet, "
        f"en versleutelde chats lukken niet. {_RENEW}"
    ),
    State.REPLACED: (
        "Iemand heeft de identiteit (cross-signing) van het Matrix-account vervangen. Was u dat niet? Verander dan het "
        f"wachtwoord. Apps vertrouwen de bot niet meer, en versleutelde chats lukken niet. {_RENEW}"
    ),
    State.LOCKED: (
        "De identiteit (cross-signing) van het Matrix-account kan niet worden gelezen. Zet de oude "
        f"RAADSMAAT_MATRIX_KEY of een kopie van de map matrix terug. Is die er niet meer? {_RENEW}"
    ),
}
_NOT_YET = "Het apparaat van de bot is nog niet bevestigd (cross-signing). Raadsmaat doet dat zelf zodra het draait."


async def look(login: Login) -> tuple[bool, str] | None:
    """Whether it is as it should be, and a sentence about it (Dutch, with what to do). Changes nothing.

    None before the bot has ever signed in: then there is no device yet.
    """
    client = kept_client(login)
    if client is None:
        return None
    try:
        state = await crosssigning.look(client, login)
    except (Refused, *NO_ANSWER):
        return False, "Of apps de bot vertrouwen is niet te zeggen: de Matrix-server geeft geen antwoord."
    finally:
        await client.close()
    return state is State.TRUSTED, _SENTENCES.get(state) or crosssigning.obstacle(login) or _NOT_YET


async def renew(login: Login) -> tuple[bool, str]:
    """Gives the account a new identity, and says what came of it.

    Raises AccountError, Approval, Refused, and NO_ANSWER.
    """
    client = await sign_in(login)
    try:
        if client.should_upload_keys:
            checked(await client.keys_upload())
        state = await crosssigning.renew(client, login)
    finally:
        await client.close()
    return state is State.TRUSTED, _SENTENCES.get(state, _NOT_YET)
