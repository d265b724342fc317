"""messages of several processes"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("unclaimed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_inbox_unclaimed", "inbox", ["id"], sqlite_where=sa.text("unclaimed"))
