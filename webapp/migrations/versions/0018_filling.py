"""Files that are filled in portions: one at a time for a channel and day, then their sums stay."""
from alembic import op
import sqlalchemy as sa

from webapp.migrations.tables import never_changes, widen


revision = '0018'
down_revision = "0017"
branch_labels = None
depends_on = None

FILLING = sa.text("status = 'filling'")


def upgrade():
    widen(
        'bank_files', 'status', 'bankfilestatus',
        'filling', 'frozen', 'written', 'approved', 'sending', 'sent', 'unknown', 'acknowledged',
        'reconciled', 'superseded',
    )
    op.create_index(
        'uq_bank_files_one_filling', 'bank_files', ['channel_id', 'collect_on'], unique=True,
        sqlite_where=FILLING, postgresql_where=FILLING,
    )
    never_changes(
        'bank_files', 'sums_never_changed', 'transactions', 'total_centimes',
        unless="OLD.status = 'filling'",
    )


def downgrade():
    raise NotImplementedError('what was filled in portions stays so')
