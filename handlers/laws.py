"""Reading the literal text of the law that an answer rests on."""

from domain import dutch
from domain.markup import escape
from domain.messages import Choice, Refusal, Reply
from domain.typed import figures
from handlers.context import Context
from search.articles import Article, address
from storage import laws


def read(article: Article, which: str, ctx: Context) -> Reply:
    """The literal articles of law that an article rests on: the only one, or a choice."""
    sources = {(source.bwb, source.artikel): source for source in article.about.bronnen}
    there = [source for key, source in sources.items() if laws.article(ctx.session, *key)]
    if not there:
        raise Refusal("De wettekst is hier niet ingelezen. Gebruik de link onder het antwoord.")
    back = Choice("Kort antwoord en bron", f"/lees {article.id}")
    if 0 < (number := figures(which) or 0) <= len(there):
        there = [there[number - 1]]
    if len(there) > 1:
        choices = [
            Choice(f"{source.wet}, artikel {source.artikel}", f"/lees {article.id} wet {number}")
            for number, source in enumerate(there, 1)
        ]
        return Reply("Welk artikel wilt u lezen?", (*choices, back))
    source = there[0]
    found = laws.article(ctx.session, source.bwb, source.artikel)
    assert found is not None
    law, text = found
    leden = "\n\n".join(f"{number}. {escape(lid)}" if number else escape(lid) for number, lid in text.leden)
    link = address(law.bwb, law.version, text.number)
    return Reply(
        f"**{escape(law.title)}, artikel {escape(text.number)}**\n\n{leden}\n\n"
        f"Tekst van {dutch.date_text(law.version)}. [Lees het op wetten.overheid.nl]({link})",
        (back,),
    )
