"""From which browser each sign-in is; and an index, so that attempts go quickly with their owner."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in", sa.Column("browser", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_training_attempt_id", "training", ["attempt_id"])
