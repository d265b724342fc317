"""what is said about a question"""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    answers = connection.execute(
        sa.text(
            "SELECT id, municipality_id, cause, answer, answered_by, answered_at FROM question WHERE answer IS NOT NULL"
        )
    ).all()
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("notice_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("waiting_since", UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("taken_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("listening", sa.Boolean(), nullable=False, server_default=sa.false()))
    connection.execute(
        sa.text("UPDATE question SET taken_by = answered_by, waiting_since = coalesce(answered_at, asked_at)")
    )
    with op.batch_alter_table("question") as batch:
        batch.alter_column("waiting_since", existing_type=UTCDateTime(), nullable=False)
        batch.alter_column("confidential", existing_type=sa.Boolean(), server_default=None)
        batch.alter_column("listening", existing_type=sa.Boolean(), server_default=None)
        batch.create_foreign_key("fk_question_notice", "notice", ["notice_id"], ["id"])
        batch.create_foreign_key("fk_question_taken_by", "member", ["taken_by"], ["id"])
        batch.drop_column("answer")
        batch.drop_column("answered_by")
    op.create_table(
        "questionmessage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("said_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"]),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cause"),
    )
    op.create_index("ix_questionmessage_municipality_id", "questionmessage", ["municipality_id"])
    op.create_index("ix_questionmessage_question_id", "questionmessage", ["question_id"])
    for row in answers:
        connection.execute(
            sa.text(
                "INSERT INTO questionmessage (municipality_id, question_id, cause, part, author_id, text, said_at) "
                "VALUES (:place, :question, :cause, 'answer', :author, :text, :at)"
            ),
            {
                "place": row.municipality_id,
                "question": row.id,
                "cause": f"{row.cause}:answer",
                "author": row.answered_by,
                "text": row.answer,
                "at": row.answered_at,
            },
        )
