"""/themas: browsing the knowledge base by theme."""

from domain.markup import escape
from domain.messages import Choice, Incoming, Refusal, Reply
from domain.typed import figures
from handlers import reading
from handlers.context import Context
from storage import local, silence

_OWN = "Van uw eigen gemeente"


def browse(said: Incoming, ctx: Context) -> Reply:
    """/themas, or with a number the subjects of one theme."""
    off = silence.silent(ctx.session, ctx.member.municipality.id)
    if silence.ALL in off:
        return reading.silent(off[silence.ALL], ctx)
    shipped = ctx.library.articles
    themes = [
        (theme.titel, [(name, shipped[name].about.titel) for name in theme.artikelen if name not in off])
        for theme in ctx.library.themes
    ]
    own = local.local_articles(ctx.session, ctx.member.municipality.id)
    if own:
        themes.append((_OWN, [(article.id, article.about.titel) for article in own if article.id not in off]))
    if not said.rest:
        choices = (Choice(title, f"/themas {number}") for number, (title, _) in enumerate(themes, 1))
        return Reply(
            "**Hier weet ik iets over**\n\nKies een thema. Of stel uw vraag gewoon in uw eigen woorden.", tuple(choices)
        )
    number = figures(said.rest) or 0
    if not 0 < number <= len(themes):
        raise Refusal("Dat thema ken ik niet. Met /themas ziet u alle thema’s.")
    title, articles = themes[number - 1]
    lees = tuple(Choice(name, f"/lees {id}") for id, name in articles)
    return Reply(f"**{escape(title)}**\n\nKies een onderwerp.", (*lees, Choice("Alle thema’s", "/themas")))
