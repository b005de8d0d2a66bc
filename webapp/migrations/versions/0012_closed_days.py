"""Closed days that staff change: since when each is known, and which are open again."""
from webapp.migrations.tables import add_column, widen


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade():
    add_column('closed_days', 'known_from_on', 'DATE')
    add_column('closed_days', 'opened_on', 'DATE')
    widen('notices', 'kind', 'noticekind', 'debit_announced', 'debit_re_presented', 'debit_moved')
    widen('events', 'subject', 'subject', 'mandate', 'declaration', 'due', 'debit', 'bank_file',
          'bank_message', 'run', 'employer', 'person', 'staff', 'worksite', 'payment', 'schedule',
          'request', 'api_key', 'restoration', 'closed_day')


def downgrade():
    raise NotImplementedError('what staff closed or opened stays so')
