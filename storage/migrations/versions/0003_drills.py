"""Drills and test pages, and when a member's phone last answered a call.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("links", sa.Column("answered_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "drills",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("open_code", sa.LargeBinary(), nullable=True),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["members.id"], name="fk_drills_answered_by"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_drills_conversation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_drills"),
        sa.UniqueConstraint("open_code", name="uq_drills_open_code"),
    )
    op.create_index("ix_drills_conversation_id", "drills", ["conversation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("drills")
    op.drop_column("links", "answered_at")
