"""what a municipality adds to the knowledge base, what is switched off, what people thought of it, and laws"""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("law",
    sa.Column("bwb", sa.String(), nullable=False),
    sa.Column("title", sa.String(), nullable=False),
    sa.Column("version", sa.Date(), nullable=False),
    sa.Column("imported_at", sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint("bwb")
    )
    op.create_table("lawarticle",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("bwb", sa.String(), nullable=False),
    sa.Column("number", sa.String(), nullable=False),
    sa.Column("heading", sa.String(), nullable=False),
    sa.Column("leden", sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(["bwb"], ["law.bwb"], ),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("bwb", "number")
    )
    with op.batch_alter_table("lawarticle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lawarticle_bwb"), ["bwb"], unique=False)

    op.create_table("reviewtask",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("municipality_id", sa.Integer(), nullable=False),
    sa.Column("article", sa.String(), nullable=False),
    sa.Column("due", sa.Date(), nullable=False),
    sa.Column("told_at", sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], ),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("municipality_id", "article", "due")
    )
    with op.batch_alter_table("reviewtask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviewtask_municipality_id"), ["municipality_id"], unique=False)

    op.create_table("usefulness",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("municipality_id", sa.Integer(), nullable=False),
    sa.Column("article", sa.String(), nullable=False),
    sa.Column("month", sa.String(), nullable=False),
    sa.Column("useful", sa.Integer(), nullable=False),
    sa.Column("useless", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], ),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("municipality_id", "article", "month")
    )
    with op.batch_alter_table("usefulness", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_usefulness_municipality_id"), ["municipality_id"], unique=False)

    op.create_table("uselessreason",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("municipality_id", sa.Integer(), nullable=False),
    sa.Column("article", sa.String(), nullable=False),
    sa.Column("month", sa.String(), nullable=False),
    sa.Column("text", sa.String(), nullable=False),
    sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], ),
    sa.PrimaryKeyConstraint("id")
    )
    with op.batch_alter_table("uselessreason", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uselessreason_municipality_id"), ["municipality_id"], unique=False)

    op.create_table("localarticle",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("municipality_id", sa.Integer(), nullable=False),
    sa.Column("title", sa.String(), nullable=False),
    sa.Column("short", sa.String(), nullable=False),
    sa.Column("sections", sa.JSON(), nullable=False),
    sa.Column("questions", sa.JSON(), nullable=False),
    sa.Column("checked", sa.Date(), nullable=False),
    sa.Column("written_by", sa.Integer(), nullable=True),
    sa.Column("removed_at", sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], ),
    sa.ForeignKeyConstraint(["written_by"], ["member.id"], ),
    sa.PrimaryKeyConstraint("id"),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table("localarticle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_localarticle_municipality_id"), ["municipality_id"], unique=False)

    op.create_table("localvalue",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("municipality_id", sa.Integer(), nullable=False),
    sa.Column("slot", sa.String(), nullable=False),
    sa.Column("value", sa.String(), nullable=False),
    sa.Column("set_at", sa.DateTime(), nullable=False),
    sa.Column("set_by", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], ),
    sa.ForeignKeyConstraint(["set_by"], ["member.id"], ),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("municipality_id", "slot")
    )
    with op.batch_alter_table("localvalue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_localvalue_municipality_id"), ["municipality_id"], unique=False)

    op.create_table("silence",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("municipality_id", sa.Integer(), nullable=True),
    sa.Column("article", sa.String(), nullable=False),
    sa.Column("reason", sa.String(), nullable=False),
    sa.Column("began_at", sa.DateTime(), nullable=False),
    sa.Column("began_by", sa.Integer(), nullable=True),
    sa.Column("ended_at", sa.DateTime(), nullable=True),
    sa.Column("ended_by", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["began_by"], ["member.id"], ),
    sa.ForeignKeyConstraint(["ended_by"], ["member.id"], ),
    sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], ),
    sa.PrimaryKeyConstraint("id"),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table("silence", schema=None) as batch_op:
        batch_op.create_index("ix_silence_article", ["article", "ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_silence_municipality_id"), ["municipality_id"], unique=False)
