"""The text of laws: stored as it was imported, and read back an article at a time."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from domain.lawtext import LawText
from search.articles import Article
from storage.tables import Law, LawArticle


def store(session: Session, text: LawText, now: datetime) -> None:
    """Keeps a law, instead of the version that was there."""
    law = session.get(Law, text.bwb) or Law(bwb=text.bwb, title="", version=text.version, imported_at=now)
    law.title, law.version, law.imported_at = text.title, text.version, now
    session.add(law)
    session.execute(delete(LawArticle).where(col(LawArticle.bwb) == text.bwb))
    session.flush()
    session.add_all(
        LawArticle(bwb=text.bwb, number=one.number, heading=one.heading, leden=[list(lid) for lid in one.leden])
        for one in text.articles
    )
    session.flush()


def imported(session: Session) -> list[Law]:
    """The laws that are there, by title."""
    return list(session.scalars(select(Law).order_by(col(Law.title))))


def known(session: Session, bwbs: Collection[str]) -> bool:
    """Whether at least one of these laws is there."""
    return (
        bool(bwbs) and session.scalars(select(col(Law.bwb)).where(col(Law.bwb).in_(bwbs)).limit(1)).first() is not None
    )


def article(session: Session, bwb: str, number: str) -> tuple[Law, LawArticle] | None:
    """One article of a law by its number (“33”, “5.4a”); None when the law or the article is not there."""
    row = session.scalars(
        select(LawArticle).where(col(LawArticle.bwb) == bwb, col(LawArticle.number) == number)
    ).one_or_none()
    return (session.get_one(Law, bwb), row) if row else None


def problems(session: Session, articles: Iterable[Article]) -> list[str]:
    """What in the references of articles does not fit the laws that are there, each as a sentence."""
    there = {law.bwb: law for law in imported(session)}
    lines = []
    for one in articles:
        for source in one.about.bronnen:
            law = there.get(source.bwb)
            if law is None:
                continue
            where = f"{one.id}: {source.wet}, artikel {source.artikel}"
            found = article(session, source.bwb, source.artikel)
            if found is None:
                lines.append(f"{where} staat niet in de ingelezen tekst.")
            elif source.lid and source.lid not in {lid[0] for lid in found[1].leden}:
                lines.append(f"{where} heeft geen lid {source.lid} in de ingelezen tekst.")
            elif law.version > source.versie:
                lines.append(
                    f"{where}: de ingelezen tekst is nieuwer ({law.version:%d-%m-%Y}). Controleer het artikel."
                )
    return lines
