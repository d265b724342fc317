"""when the griffie works, and who is told of a question that nobody picks up"""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office",
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("deputy_after", sa.Integer(), nullable=False),
        sa.Column("griffier_after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["deputy_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("municipality_id"),
    )
    op.create_table(
        "closedperiod",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_closedperiod_municipality_id", "closedperiod", ["municipality_id"])
    op.add_column("question", sa.Column("nudge", sa.String(length=32), nullable=True))
    op.add_column("question", sa.Column("nudge_at", UTCDateTime(), nullable=True))
    op.create_index(
        "ix_question_nudge", "question", ["nudge_at"], sqlite_where=sa.text("nudge_at IS NOT NULL")
    )
    # What waits already is in the first digest, when the griffie works next.
    op.execute("UPDATE question SET nudge = 'digest', nudge_at = waiting_since WHERE state IN ('open', 'taken')")
