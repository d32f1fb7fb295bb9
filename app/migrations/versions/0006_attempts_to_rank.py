"""An index with all that ranking a problem's attempts reads."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "attempt_to_rank",
        "attempt",
        [
            "problem",
            "state",
            "user_id",
            "verdict",
            "score",
            "after_solution",
            "created_at",
            "id",
            "source_hash",
        ],
    )


def downgrade() -> None:
    op.drop_index("attempt_to_rank", "attempt")
