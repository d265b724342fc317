"""files"""

import sqlalchemy as sa
from alembic import op


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "storedfile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"]),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cause"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_storedfile_municipality_id", "storedfile", ["municipality_id"])
    op.add_column("inbox", sa.Column("message_id", sa.String(), nullable=True))
    op.add_column("inbox", sa.Column("attachment", sa.JSON(), nullable=True))
    op.add_column("outbox", sa.Column("file_id", sa.Integer(), nullable=True))
    op.add_column("notice", sa.Column("file_id", sa.Integer(), nullable=True))
