"""Freed lines by their dues, for a surcharge asks what failed; postings by employer and day."""
from alembic import op
import sqlalchemy as sa


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

FREED = 'freed_at IS NOT NULL'


def upgrade():
    op.create_index(
        'ix_debit_lines_freed',
        'debit_lines',
        ['due_id'],
        sqlite_where=sa.text(FREED),
        postgresql_where=sa.text(FREED),
    )
    op.create_index('ix_postings_employer_id_posted_on', 'postings', ['employer_id', 'posted_on'])


def downgrade():
    op.drop_index('ix_postings_employer_id_posted_on', 'postings')
    op.drop_index('ix_debit_lines_freed', 'debit_lines')
