"""What was freed once is found by its due: a surcharge asks whether an earlier debit had failed."""
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


def downgrade():
    op.drop_index('ix_debit_lines_freed', 'debit_lines')
