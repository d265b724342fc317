"""The data model: one file a subject; importing this package makes `metadata` complete."""

from sqlmodel import SQLModel

from storage.tables.conversation import InboxMessage, OpenForm, OutboxMessage, State, SyncMark
from storage.tables.files import StoredFile
from storage.tables.groups import Group, GroupCode, GroupReminder
from storage.tables.knowledge import LocalArticle, LocalValue, ReviewTask, Silence, Usefulness, UselessReason
from storage.tables.laws import Law, LawArticle
from storage.tables.meetings import Meeting, MeetingState, Reminder, ReminderState
from storage.tables.members import (
    Chat,
    Fractie,
    Gremium,
    Invitation,
    Mandate,
    Member,
    Municipality,
    Person,
    Seat,
    WrongCode,
)
from storage.tables.notices import Notice, NoticeRecipient
from storage.tables.officehours import ClosedPeriod, Office
from storage.tables.platforms import AskedIn, ClosedPlatform, RunningPlatform, ShownMenu
from storage.tables.questions import Nudge, Part, Question, QuestionMessage, QuestionState
from storage.tables.records import AuditEntry
from storage.tables.search import Subject, TextVector
from storage.tables.training import EntryKind, LedgerEntry, RequestState, TrainingRequest
from storage.tables.unanswered import CountingKey, Unanswered

metadata = SQLModel.metadata

__all__ = [
    "AskedIn",
    "AuditEntry",
    "Chat",
    "ClosedPeriod",
    "ClosedPlatform",
    "CountingKey",
    "EntryKind",
    "Fractie",
    "Gremium",
    "Group",
    "GroupCode",
    "GroupReminder",
    "InboxMessage",
    "Invitation",
    "Law",
    "LawArticle",
    "LedgerEntry",
    "LocalArticle",
    "LocalValue",
    "Mandate",
    "Meeting",
    "MeetingState",
    "Member",
    "Municipality",
    "Notice",
    "NoticeRecipient",
    "Nudge",
    "Office",
    "OpenForm",
    "OutboxMessage",
    "Part",
    "Person",
    "Question",
    "QuestionMessage",
    "QuestionState",
    "Reminder",
    "ReminderState",
    "RequestState",
    "ReviewTask",
    "RunningPlatform",
    "Seat",
    "ShownMenu",
    "Silence",
    "State",
    "StoredFile",
    "Subject",
    "SyncMark",
    "TextVector",
    "TrainingRequest",
    "Unanswered",
    "Usefulness",
    "UselessReason",
    "WrongCode",
    "metadata",
]
