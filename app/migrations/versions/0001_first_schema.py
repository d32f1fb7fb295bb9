"""The first schema. Revisions describe tables in plain SQLAlchemy, so that they outlive the models."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _accounts()
    _catalogue()
    _attempts()
    _jobs()


def _accounts() -> None:
    op.create_table(
        "user_account",
        _key(),
        _text("email", nullable=True),
        _text("external_id", nullable=True),
        _text("name"),
        _text("password_hash", nullable=True),
        _word("role"),
        _moment("created_at"),
    )
    op.create_index("ix_user_account_email", "user_account", ["email"], unique=True)
    op.create_index("ix_user_account_external_id", "user_account", ["external_id"], unique=True)
    op.create_table(
        "sign_in",
        _key(),
        _user(),
        _text("secret_hash"),
        _moment("created_at"),
        _moment("expires_at"),
    )
    op.create_index("ix_sign_in_secret_hash", "sign_in", ["secret_hash"], unique=True)
    op.create_index("ix_sign_in_user_id", "sign_in", ["user_id"])
    op.create_table(
        "one_time_link",
        _key(),
        _word("purpose"),
        _user(nullable=True),
        _text("secret_hash"),
        _moment("created_at"),
        _moment("expires_at"),
        _moment("consumed_at", nullable=True),
    )
    op.create_index("ix_one_time_link_secret_hash", "one_time_link", ["secret_hash"], unique=True)
    op.create_table(
        "token",
        _key(),
        _user(),
        _text("name"),
        _text("prefix"),
        _text("secret_hash"),
        sa.Column("scopes", sa.JSON(), nullable=False),
        _moment("created_at"),
        _moment("expires_at", nullable=True),
    )
    op.create_index("ix_token_secret_hash", "token", ["secret_hash"], unique=True)
    op.create_index("ix_token_user_id", "token", ["user_id"])


def _catalogue() -> None:
    op.create_table(
        "stored_case",
        _key(),
        _text("problem"),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("author_id", sa.String(), sa.ForeignKey("user_account.id", ondelete="SET NULL")),
        _moment("created_at"),
        _moment("retired_at", nullable=True),
    )
    op.create_index("ix_stored_case_problem", "stored_case", ["problem"])
    op.create_table(
        "frozen_version",
        _key(),
        _text("problem"),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("mutation_score", sa.Float(), nullable=False),
        sa.Column("frozen", sa.LargeBinary(), nullable=False),
        _moment("created_at"),
    )
    op.create_index("ix_frozen_version_problem", "frozen_version", ["problem"])
    op.create_table(
        "current_version",
        _key("problem"),
        sa.Column("version", sa.String(), sa.ForeignKey("frozen_version.id"), nullable=False),
        _moment("published_at"),
    )


def _attempts() -> None:
    op.create_table(
        "attempt",
        _key(),
        _text("problem"),
        _text("version"),
        _user(),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        _text("source_hash"),
        _text("form_key", nullable=True),
        sa.Column("after_solution", sa.Boolean(), nullable=False),
        _word("state"),
        _word("verdict", nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        _moment("created_at"),
        _moment("graded_at", nullable=True),
        sa.UniqueConstraint("user_id", "form_key", name="attempt_once_per_form"),
    )
    op.create_index("attempt_by_user", "attempt", ["user_id", "problem", "id"])
    op.create_index("ix_attempt_problem", "attempt", ["problem"])
    op.create_table(
        "solution_seen",
        sa.Column(
            "user_id",
            sa.String(),
            sa.ForeignKey("user_account.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        _key("problem"),
        _moment("seen_at"),
    )


def _jobs() -> None:
    op.create_table(
        "job",
        _key(),
        _word("kind"),
        _text("user_id", nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        _word("state"),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        _moment("created_at"),
        _moment("finished_at", nullable=True),
    )
    op.create_index("job_in_turn", "job", ["state", "turn", "id"])
    op.create_index("job_by_user", "job", ["user_id", "state"])
    op.create_table(
        "job_event",
        sa.Column("job_id", sa.String(), sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        _text("name"),
        sa.Column("data", sa.JSON(), nullable=False),
    )


def _key(name: str = "id") -> sa.Column[str]:
    return sa.Column(name, sa.String(), primary_key=True)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _user(*, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(
        "user_id", sa.String(), sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=nullable
    )
