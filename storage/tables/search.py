"""What the search keeps: vectors of texts, and what somebody was last told about."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import moment


class TextVector(SQLModel, table=True):
    """What a text means to the model, in half precision. The key is of the text and the model together, so a text
    that changes gets a new one."""

    __tablename__ = "text_vector"

    key: bytes = Field(primary_key=True)
    value: bytes


class Subject(SQLModel, table=True):
    """The article that somebody was last told about. It goes within the hour."""

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    municipality_id: int = Field(foreign_key="municipality.id")
    article: str
    at: datetime = moment()
