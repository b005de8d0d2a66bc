"""Reversals: a debit made in error is undone at the fund's word, which two people agree on."""
from alembic import op
import sqlalchemy as sa

from webapp.migrations.tables import add_column, never_changes, refuse, widen


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
OF_A_DEBIT = "(kind = 'reversal') = (debit_id IS NOT NULL)"


def upgrade():
    widen('office_requests', 'kind', 'requestkind', 'waiver', 'refund', 'reversal')
    add_column(
        'office_requests', 'debit_id', 'id', points_to='debits',
        check=('ck_office_requests_reversal_of_a_debit', OF_A_DEBIT),
    )
    widen(
        'dues', 'status', 'duestatus',
        'open', 'scheduled', 'settled', 'superseded', 'contested', 'waived', 'paid_elsewhere',
        'deferred', 'given_back',
    )
    widen(
        'debits', 'status', 'debitstatus',
        'planned', 'announced', 'held', 'frozen', 'sent', 'unknown', 'accepted', 'debited',
        'settled', 'refused', 'disputed', 'cancelled', 'reversed',
    )
    widen(
        'attempts', 'state', 'attemptstate',
        'presented', 'accepted', 'debited', 'settled', 'refused', 'reversed',
    )
    add_column('attempts', 'reversed_at', 'instant')
    widen(
        'bank_entries', 'fact', 'fact',
        'accepted', 'debited', 'settled', 'refused', 'returned', 'reversed',
    )
    widen(
        'events', 'subject', 'subject', 'mandate', 'declaration', 'due', 'debit', 'bank_file',
        'bank_message', 'run', 'employer', 'person', 'staff', 'worksite', 'payment', 'schedule',
        'request', 'api_key', 'restoration', 'closed_day', 'reversal',
    )
    op.create_table(
        'reversals',
        sa.Column('id', BigId, nullable=False),
        sa.Column('reference', sa.String(length=35), nullable=False),
        sa.Column('attempt_id', BigId, nullable=False),
        sa.Column('request_id', BigId, nullable=False),
        sa.Column('status', sa.Enum('agreed', 'sending', 'sent', 'unknown', 'refused', 'booked', 'dropped', name='reversalstatus', native_enum=False, create_constraint=True, length=20), nullable=False),
        sa.Column('agreed_at', sa.DateTime(), nullable=False),
        sa.Column('sent_at', sa.DateTime(), nullable=True),
        sa.Column('reason_code', sa.String(length=35), nullable=True),
        sa.Column('told_at', sa.DateTime(), nullable=True),
        sa.CheckConstraint("status <> 'sent' OR sent_at IS NOT NULL", name=op.f('ck_reversals_sent_at_a_time')),
        sa.ForeignKeyConstraint(['attempt_id'], ['attempts.id'], name=op.f('fk_reversals_attempt_id')),
        sa.ForeignKeyConstraint(['request_id'], ['office_requests.id'], name=op.f('fk_reversals_request_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reversals')),
        sa.UniqueConstraint('attempt_id', name=op.f('uq_reversals_attempt_id')),
        sa.UniqueConstraint('reference', name=op.f('uq_reversals_reference')),
        sa.UniqueConstraint('request_id', name=op.f('uq_reversals_request_id')),
    )
    op.create_index('ix_reversals_status', 'reversals', ['status'])
    never_changes('reversals', 'never_changed', 'reference', 'attempt_id', 'request_id', 'agreed_at')
    refuse('reversals', 'DELETE', 'never_deleted')


def downgrade():
    raise NotImplementedError('what was given back stays so')
