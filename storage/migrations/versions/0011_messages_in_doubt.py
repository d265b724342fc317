"""messages in doubt"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("floor", sa.Integer(), nullable=True))
    op.create_index(
        "ix_outbox_doubt", "outbox", ["due_at"], sqlite_where=sa.text("state = 'waiting' AND floor IS NOT NULL")
    )
