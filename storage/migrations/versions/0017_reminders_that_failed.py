"""reminders that failed"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_reminder_failed", "reminder", ["meeting_id"], sqlite_where=sa.text("state = 'failed'"))
