"""messages that change"""

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("replaces", sa.Integer(), nullable=True))
    op.add_column("outbox", sa.Column("erases", sa.String(), nullable=True))
    op.create_index("ix_outbox_replaces", "outbox", ["replaces"], sqlite_where=sa.text("replaces IS NOT NULL"))
