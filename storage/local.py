"""What a municipality adds to the knowledge base: values for the slots of articles, and articles of its own."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from domain import dutch
from domain.messages import Refusal
from domain.typed import figures
from search.articles import Article, FrontMatter, Section
from search.localfolder import LocalFolder, LocalText
from storage import audit, database, members
from storage.tables import LocalArticle, LocalValue, Municipality

PREFIX = "lokaal-"  # before the number of a local article, in its id
MOST_ARTICLES = 200
_BUDGET, _CONTACT = "scholing.bedrag", "griffie.contact"
_GOOD_FOR = timedelta(days=365)


def values(session: Session, municipality_id: int) -> dict[str, str]:
    """What a municipality filled in, by slot (“scholing.bedrag”)."""
    query = select(col(LocalValue.slot), col(LocalValue.value)).where(
        col(LocalValue.municipality_id) == municipality_id
    )
    return {row[0]: row[1] for row in session.execute(query)}


def known(session: Session, municipality_id: int) -> dict[str, str]:
    """What need not be filled in: the training budget, which requests are paid from, and how the griffie is reached."""
    query = select(col(Municipality.budget_cents), col(Municipality.contact)).where(
        col(Municipality.id) == municipality_id
    )
    budget, contact = session.execute(query).one()
    found = {_BUDGET: dutch.money(budget) if budget else "", _CONTACT: contact}
    return {slot: value for slot, value in found.items() if value}


def shown(session: Session, municipality_id: int) -> dict[str, str]:
    """What stands in the answers: what the griffie filled in, and else what is known."""
    return known(session, municipality_id) | values(session, municipality_id)


def fill(session: Session, municipality_id: int, slot: str, value: str, by: int | None, now: datetime) -> bool:
    """Fills a slot in, or with an empty `value` empties it. `by`: a member's id, None from the command line.

    Returns whether that changed anything.
    """
    query = select(LocalValue).where(col(LocalValue.municipality_id) == municipality_id, col(LocalValue.slot) == slot)
    row = session.scalars(query).one_or_none()
    if value == (row.value if row else ""):
        return False
    row = row or LocalValue(municipality_id=municipality_id, slot=slot, value=value, set_at=now)
    row.value, row.set_at, row.set_by = value, now, by
    action = "local_value.filled" if value else "local_value.emptied"
    audit.by(session, municipality_id, by, action, "localvalue", database.add(session, row), now)
    if not value:
        session.delete(row)
    return True


def local_articles(session: Session, municipality_id: int) -> list[Article]:
    """The articles that belong to one municipality, in the order in which they were written."""
    place = members.place(session, municipality_id)
    query = select(LocalArticle).where(
        col(LocalArticle.municipality_id) == municipality_id, col(LocalArticle.removed_at).is_(None)
    )
    return [_article(row, place.name) for row in session.scalars(query.order_by(col(LocalArticle.id)))]


def local_article(session: Session, municipality_id: int, article_id: str) -> Article | None:
    """The article with this id (“lokaal-7”), when it is this municipality's and was not removed."""
    row = _row(session, municipality_id, article_id)
    return _article(row, members.place(session, municipality_id).name) if row else None


def write(
    session: Session,
    municipality_id: int,
    text: LocalText,
    by: int | None,
    now: datetime,
    *,
    instead_of: str = "",
) -> str:
    """Stores an article of a municipality, as a new one or `instead_of` the text of another; returns its id.

    It counts as checked today. `by`: a member's id, None from the command line. Raises Refusal when there are too many,
    or when the other is not there.
    """
    row = _row(session, municipality_id, instead_of) if instead_of else None
    if instead_of and row is None:
        raise Refusal("Dat artikel is er niet meer.")
    if row is None and len(local_articles(session, municipality_id)) >= MOST_ARTICLES:
        raise Refusal(f"Uw gemeente heeft al {MOST_ARTICLES} eigen artikelen. Haal er eerst een weg.")
    action = "local_article.changed" if row else "local_article.written"
    today = members.place(session, municipality_id).date_at(now)
    row = row or LocalArticle(municipality_id=municipality_id, title="", short="", checked=today)
    row.title, row.short, row.checked, row.written_by = text.title, text.short, today, by
    row.sections, row.questions = [list(section) for section in text.sections], list(text.questions)
    row_id = database.add(session, row)
    audit.by(session, municipality_id, by, action, "localarticle", row_id, now)
    return f"{PREFIX}{row_id}"


def adopt(session: Session, municipality_id: int, folder: LocalFolder, now: datetime) -> list[str]:
    """Takes over what a folder holds, and leaves what it does not name; returns what that changed, as lines.

    An article with the title of one that is there comes in its place. Raises Refusal when there are too many.
    """
    lines = []
    for slot, value in folder.values.items():
        if fill(session, municipality_id, slot, value, None, now):
            lines.append(f"{slot}: {value}" if value else f"{slot}: leeg gemaakt")
    there = {article.about.titel: article for article in local_articles(session, municipality_id)}
    for new in folder.articles:
        old = there.get(new.title)
        if old and _same(old, new):
            continue
        write(session, municipality_id, new, None, now, instead_of=old.id if old else "")
        lines.append(f"{'Gewijzigd' if old else 'Nieuw'} artikel: {new.title}")
    return lines


def _same(old: Article, new: LocalText) -> bool:
    sections = tuple((section.heading, section.text) for section in old.sections)
    asked = tuple(old.about.vragen) == (new.questions or (new.title,))
    return (old.about.kort, sections) == (new.short, new.sections) and asked


def remove(session: Session, municipality_id: int, article_id: str, by: int | None, now: datetime) -> None:
    """Takes a local article away. Its text goes; its number stays taken. Raises Refusal when it is not there."""
    row = _row(session, municipality_id, article_id)
    if row is None:
        raise Refusal("Dat artikel is er niet. Met /artikelen ziet u de artikelen van uw gemeente.")
    row.title, row.short, row.sections, row.questions, row.removed_at = "", "", [], [], now
    audit.by(session, municipality_id, by, "local_article.removed", "localarticle", database.add(session, row), now)


def _row(session: Session, municipality_id: int, article_id: str) -> LocalArticle | None:
    number = figures(article_id.removeprefix(PREFIX), 15) if article_id.startswith(PREFIX) else None
    row = session.get(LocalArticle, number) if number is not None else None
    return row if row and row.municipality_id == municipality_id and row.removed_at is None else None


def _article(row: LocalArticle, place: str) -> Article:
    about = FrontMatter(
        id=f"{PREFIX}{row.id}",
        titel=row.title,
        kort=row.short,
        volgens=f"de griffie van {place}",
        gecontroleerd=row.checked,
        controleren_voor=row.checked + _GOOD_FOR,
        voor=["raadslid", "commissielid", "fractievoorzitter", "griffie"],
        vragen=row.questions or [row.title],
    )
    return Article(about, tuple(Section(heading, text) for heading, text in row.sections), local=True)
