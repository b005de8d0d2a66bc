"""Following: contests, certificates, calendars, what was told once, what is wished to be told."""

from alembic import op
import sqlalchemy as sa

from webapp.migrations.tables import never_changes, refuse, widen

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

ON_ITS_WAY = 'debited_at IS NOT NULL AND settled_at IS NULL AND failed_at IS NULL'
NEWS_BY_DAY = (
    ('ix_attempts_settled_at', 'attempts', 'settled_at', 'settled_at IS NOT NULL'),
    ('ix_attempts_failed_at', 'attempts', 'failed_at', 'failed_at IS NOT NULL'),
    ('ix_attempts_on_their_way', 'attempts', 'debited_at', ON_ITS_WAY),
    ('ix_dues_for_lateness', 'dues', 'collect_from_on', "kind IN ('surcharge', 'penalty')"),
    ('ix_events_account_shown', 'events', 'at', "target = 'account_shown'"),
)
BigId = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table('contests',
    sa.Column('id', BigId, nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('employer_id', BigId, nullable=False),
    sa.Column('debit_id', BigId, nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.Enum('not_owed', 'wrong_amount', 'paid_already', 'not_ours', 'not_authorised', 'other', name='contestreason', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('status', sa.Enum('open', 'upheld', 'rejected', 'withdrawn', name='conteststatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=False),
    sa.Column('answer', sa.LargeBinary(), nullable=False),
    sa.Column('outcome', sa.Enum('credit', 'refund', name='contestoutcome', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('answer_by_on', sa.Date(), nullable=False),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.Column('answered_by', BigId, nullable=True),
    sa.CheckConstraint("(answered_at IS NULL) = (status IN ('open', 'withdrawn'))", name=op.f('ck_contests_answered_when_decided')),
    sa.ForeignKeyConstraint(['answered_by'], ['staff_members.id'], name=op.f('fk_contests_answered_by')),
    sa.ForeignKeyConstraint(['debit_id', 'employer_id'], ['debits.id', 'debits.employer_id'], name=op.f('fk_contests_debit_id_employer_id')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_contests_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contests')),
    sa.UniqueConstraint('form_key', name=op.f('uq_contests_form_key')),
    sa.UniqueConstraint('id', 'employer_id', name=op.f('uq_contests_id_employer_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_contests_reference'))
    )
    op.create_index('ix_contests_debit_id', 'contests', ['debit_id'])
    op.create_index('ix_contests_employer_id', 'contests', ['employer_id'])
    op.create_index('ix_contests_status_answer_by_on', 'contests', ['status', 'answer_by_on'])
    op.create_table('contest_lines',
    sa.Column('id', BigId, nullable=False),
    sa.Column('contest_id', BigId, nullable=False),
    sa.Column('employer_id', BigId, nullable=False),
    sa.Column('due_id', BigId, nullable=False),
    sa.Column('amount_centimes', sa.BigInteger(), nullable=False),
    sa.Column('upheld', sa.Boolean(), nullable=True),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['contest_id', 'employer_id'], ['contests.id', 'contests.employer_id'], name=op.f('fk_contest_lines_contest_id_employer_id')),
    sa.ForeignKeyConstraint(['due_id', 'employer_id', 'amount_centimes'], ['dues.id', 'dues.employer_id', 'dues.amount_centimes'], name=op.f('fk_contest_lines_due_id_employer_id_amount_centimes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest_lines')),
    sa.UniqueConstraint('contest_id', 'due_id', name=op.f('uq_contest_lines_contest_id_due_id'))
    )
    op.create_index('uq_contest_lines_one_open_per_due', 'contest_lines', ['due_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('contest_papers',
    sa.Column('id', BigId, nullable=False),
    sa.Column('reference', sa.String(length=32), nullable=False),
    sa.Column('contest_id', BigId, nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('received_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['contest_id'], ['contests.id'], name=op.f('fk_contest_papers_contest_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contest_papers')),
    sa.UniqueConstraint('reference', name=op.f('uq_contest_papers_reference'))
    )
    op.create_index('ix_contest_papers_contest_id', 'contest_papers', ['contest_id'])
    op.create_table('certificates',
    sa.Column('id', BigId, nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('employer_id', BigId, nullable=False),
    sa.Column('issued_at', sa.DateTime(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('valid_until_on', sa.Date(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(), nullable=True),
    sa.Column('revocation_cause', sa.Enum('overdue', 'not_declared', 'replaced', name='revocationcause', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.CheckConstraint('issued_on <= valid_until_on', name=op.f('ck_certificates_ends_after_it_begins')),
    sa.CheckConstraint('(revoked_at IS NULL) = (revocation_cause IS NULL)', name=op.f('ck_certificates_revoked_for_a_cause')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_certificates_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificates')),
    sa.UniqueConstraint('reference', name=op.f('uq_certificates_reference'))
    )
    op.create_index('ix_certificates_employer_id', 'certificates', ['employer_id'])
    op.create_index('uq_certificates_one_standing', 'certificates', ['employer_id'], unique=True, sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))
    op.create_table('calendar_feeds',
    sa.Column('id', BigId, nullable=False),
    sa.Column('employer_id', BigId, nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('language', sa.Enum('ar', 'fr', name='language', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('read_at', sa.DateTime(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_calendar_feeds_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feeds')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_calendar_feeds_token_sha256'))
    )
    op.create_index('ix_calendar_feeds_employer_id', 'calendar_feeds', ['employer_id'])
    op.create_index('uq_calendar_feeds_one_open', 'calendar_feeds', ['employer_id'], unique=True, sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))
    op.create_table('news',
    sa.Column('id', BigId, nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('employer_id', BigId, nullable=False),
    sa.Column('told_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_news_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_news')),
    sa.UniqueConstraint('key', name=op.f('uq_news_key'))
    )
    op.create_index('ix_news_employer_id', 'news', ['employer_id'])
    op.create_index('ix_news_told_at', 'news', ['told_at'])
    # What employers are told of once is found by its day.
    for name, table, column, where in NEWS_BY_DAY:
        where = sa.text(where)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
    op.add_column('employers', sa.Column('quiet', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('employers', sa.Column('told_of_looks', sa.Boolean(), server_default=sa.false(), nullable=False))
    widen(
        'events', 'subject', 'subject', 'mandate', 'declaration', 'due', 'debit', 'bank_file',
        'bank_message', 'run', 'employer', 'person', 'staff', 'worksite', 'payment', 'schedule',
        'request', 'api_key', 'restoration', 'closed_day', 'reversal', 'campaign', 'device',
        'case', 'agency', 'wilaya', 'contest', 'certificate',
    )
    # What was contested, and what was certified, stays.
    never_changes(
        'contests', 'never_changed', 'reference', 'employer_id', 'debit_id', 'form_key', 'reason',
        'opened_at',
    )
    refuse('contests', 'DELETE', 'never_deleted')
    never_changes(
        'certificates', 'never_changed', 'reference', 'employer_id', 'issued_at', 'issued_on',
        'valid_until_on',
    )
    refuse('certificates', 'DELETE', 'never_deleted')


def downgrade():
    raise NotImplementedError('what was contested or certified stays so')
