"""Indexes with all that lists, standings and ranking read of attempts, whose rows are long."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OF_USER = ["user_id", "problem", "id"]
_TO_RANK = [
    "problem",
    "state",
    "user_id",
    "verdict",
    "score",
    "after_solution",
    "created_at",
    "id",
    "source_hash",
]


def upgrade() -> None:
    op.drop_index("attempt_by_user", "attempt")
    op.create_index("attempt_by_user", "attempt", [*_OF_USER, "state", "verdict", "after_solution"])
    op.create_index("attempt_by_age", "attempt", ["user_id", "id"])
    op.create_index("attempt_to_rank", "attempt", _TO_RANK)


def downgrade() -> None:
    op.drop_index("attempt_to_rank", "attempt")
    op.drop_index("attempt_by_age", "attempt")
    op.drop_index("attempt_by_user", "attempt")
    op.create_index("attempt_by_user", "attempt", _OF_USER)
