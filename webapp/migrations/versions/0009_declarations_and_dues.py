"""Declarations and dues: terms, sheets, worksites' lives, being late, payments, schedules, keys."""
from alembic import op
import sqlalchemy as sa

from webapp.migrations.tables import add_column, refuse, widen


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

RECKONED = 'base_centimes IS NULL OR base_centimes > 0 AND rate > 0 AND step >= 0 AND about_due_id IS NOT NULL'


def upgrade():
    op.create_table('late_rules',
    sa.Column('kind', sa.Enum('surcharge', 'penalty', name='latekind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('at_once', sa.Integer(), nullable=False),
    sa.Column('monthly', sa.Integer(), nullable=False),
    sa.CheckConstraint('at_once >= 0 AND monthly >= 0', name=op.f('ck_late_rules_not_negative')),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_late_rules_in_order')),
    sa.PrimaryKeyConstraint('kind', 'valid_from', name=op.f('pk_late_rules'))
    )
    op.create_table('api_keys',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=140), nullable=False),
    sa.Column('secret_sha256', sa.String(length=64), nullable=False),
    sa.Column('may_read', sa.Boolean(), nullable=False),
    sa.Column('may_file', sa.Boolean(), nullable=False),
    sa.Column('made_by', sa.String(length=60), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('last_used_at', sa.DateTime(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('may_read OR may_file', name=op.f('ck_api_keys_may_something')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_api_keys_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('reference', name=op.f('uq_api_keys_reference')),
    sa.UniqueConstraint('secret_sha256', name=op.f('uq_api_keys_secret_sha256'))
    )
    with op.batch_alter_table('api_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_keys_employer_id'), ['employer_id'], unique=False)

    op.create_table('declaration_sheets',
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('period', sa.String(length=7), nullable=False),
    sa.Column('file_name', sa.String(length=140), nullable=False),
    sa.Column('lines', sa.Text(), nullable=False),
    sa.Column('read_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_declaration_sheets_employer_id')),
    sa.PrimaryKeyConstraint('employer_id', 'period', name=op.f('pk_declaration_sheets'))
    )
    op.create_table('declaring_terms',
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('from_month', sa.String(length=7), nullable=False),
    sa.Column('periodicity', sa.Enum('monthly', 'quarterly', name='periodicity', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('place', sa.Enum('here', 'portal', name='declaringplace', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('set_by', sa.String(length=60), nullable=False),
    sa.Column('set_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_declaring_terms_employer_id')),
    sa.PrimaryKeyConstraint('employer_id', 'from_month', name=op.f('pk_declaring_terms'))
    )
    op.create_table('payment_schedules',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.Enum('proposed', 'accepted', 'completed', 'broken', 'withdrawn', name='schedulestatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('principal_centimes', sa.BigInteger(), nullable=False),
    sa.Column('proposed_by', sa.String(length=60), nullable=False),
    sa.Column('proposed_at', sa.DateTime(), nullable=False),
    sa.Column('accepted_by', sa.String(length=60), nullable=True),
    sa.Column('accepted_at', sa.DateTime(), nullable=True),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('principal_centimes > 0', name=op.f('ck_payment_schedules_principal_above_zero')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_payment_schedules_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_schedules')),
    sa.UniqueConstraint('id', 'employer_id', name=op.f('uq_payment_schedules_id_employer_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_payment_schedules_reference'))
    )
    with op.batch_alter_table('payment_schedules', schema=None) as batch_op:
        batch_op.create_index('uq_payment_schedules_one_live_per_employer', ['employer_id'], unique=True, sqlite_where=sa.text("status IN ('proposed', 'accepted')"), postgresql_where=sa.text("status IN ('proposed', 'accepted')"))

    op.create_table('payments',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('source_key', sa.String(length=80), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period', sa.String(length=7), nullable=True),
    sa.Column('way', sa.Enum('cheque', 'transfer', 'counter', 'portal', name='paymentway', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('amount_centimes', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'booked', 'refused', 'reversed', name='paymentstatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('entered_by', sa.String(length=60), nullable=False),
    sa.Column('entered_at', sa.DateTime(), nullable=False),
    sa.Column('decided_by', sa.String(length=60), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('amount_centimes > 0', name=op.f('ck_payments_amount_above_zero')),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> entered_by', name=op.f('ck_payments_two_people')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_payments_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payments')),
    sa.UniqueConstraint('reference', name=op.f('uq_payments_reference')),
    sa.UniqueConstraint('source_key', name=op.f('uq_payments_source_key'))
    )
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.create_index('ix_payments_employer_id', ['employer_id'], unique=False)
        batch_op.create_index('ix_payments_status', ['status'], unique=False)

    op.create_table('api_requests',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('api_key_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('idempotency_key', sa.String(length=64), nullable=False),
    sa.Column('body_sha256', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('answer', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['api_key_id'], ['api_keys.id'], name=op.f('fk_api_requests_api_key_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_requests')),
    sa.UniqueConstraint('api_key_id', 'idempotency_key', name=op.f('uq_api_requests_api_key_id_idempotency_key'))
    )
    with op.batch_alter_table('api_requests', schema=None) as batch_op:
        batch_op.create_index('ix_api_requests_made_at', ['made_at'], unique=False)

    op.create_table('worksite_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('worksite_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('added', 'renamed', 'closed', 'reopened', name='worksitechangekind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(length=140), nullable=False),
    sa.Column('wilaya_code', sa.String(length=2), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['worksite_id'], ['worksites.id'], name=op.f('fk_worksite_changes_worksite_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worksite_changes'))
    )
    with op.batch_alter_table('worksite_changes', schema=None) as batch_op:
        batch_op.create_index('ix_worksite_changes_worksite_id', ['worksite_id'], unique=False)

    op.create_table('instalments',
    sa.Column('schedule_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('amount_centimes', sa.BigInteger(), nullable=False),
    sa.Column('due_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('amount_centimes > 0', name=op.f('ck_instalments_amount_above_zero')),
    sa.CheckConstraint('number >= 1', name=op.f('ck_instalments_numbered_from_one')),
    sa.ForeignKeyConstraint(['due_id'], ['dues.id'], name=op.f('fk_instalments_due_id')),
    sa.ForeignKeyConstraint(['schedule_id', 'employer_id'], ['payment_schedules.id', 'payment_schedules.employer_id'], name=op.f('fk_instalments_schedule_id_employer_id')),
    sa.PrimaryKeyConstraint('schedule_id', 'number', name=op.f('pk_instalments')),
    sa.UniqueConstraint('due_id', name=op.f('uq_instalments_due_id'))
    )
    op.create_table('office_requests',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.Enum('waiver', 'refund', name='requestkind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('status', sa.Enum('asked', 'granted', 'refused', 'withdrawn', name='requeststatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_centimes', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=False),
    sa.Column('asked_by', sa.String(length=60), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('decided_by', sa.String(length=60), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("(status = 'asked') = (decided_by IS NULL)", name=op.f('ck_office_requests_decided_by_somebody')),
    sa.CheckConstraint("status = 'withdrawn' OR decided_by IS NULL OR decided_by <> asked_by", name=op.f('ck_office_requests_two_people')),
    sa.CheckConstraint('amount_centimes > 0', name=op.f('ck_office_requests_amount_above_zero')),
    sa.ForeignKeyConstraint(['due_id'], ['dues.id'], name=op.f('fk_office_requests_due_id')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_office_requests_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_requests')),
    sa.UniqueConstraint('reference', name=op.f('uq_office_requests_reference'))
    )
    with op.batch_alter_table('office_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_office_requests_due_id'), ['due_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_office_requests_employer_id'), ['employer_id'], unique=False)
        batch_op.create_index('ix_office_requests_status', ['status'], unique=False)
        batch_op.create_index('uq_office_requests_one_asked_per_due', ['due_id'], unique=True, sqlite_where=sa.text("status = 'asked'"), postgresql_where=sa.text("status = 'asked'"))

    op.create_table('scheduled_dues',
    sa.Column('schedule_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('due_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['due_id'], ['dues.id'], name=op.f('fk_scheduled_dues_due_id')),
    sa.ForeignKeyConstraint(['schedule_id'], ['payment_schedules.id'], name=op.f('fk_scheduled_dues_schedule_id')),
    sa.PrimaryKeyConstraint('schedule_id', 'due_id', name=op.f('pk_scheduled_dues'))
    )
    with op.batch_alter_table('scheduled_dues', schema=None) as batch_op:
        batch_op.create_index('ix_scheduled_dues_due_id', ['due_id'], unique=False)

    add_column('declaration_drafts', 'saved_by', "VARCHAR(60) DEFAULT '' NOT NULL")
    add_column('declaration_drafts', 'corrects', 'INTEGER')

    widen(
        'dues', 'kind', 'duekind',
        'contribution', 'surcharge', 'penalty', 'instalment', 'adjustment', 'credit',
    )
    widen(
        'dues', 'status', 'duestatus',
        'open', 'scheduled', 'settled', 'superseded', 'contested', 'waived', 'paid_elsewhere',
        'deferred',
    )
    add_column('dues', 'revision', 'INTEGER')
    add_column('dues', 'about_due_id', 'id', points_to='dues', check=('ck_dues_about_another', 'about_due_id <> id'))
    add_column('dues', 'base_centimes', 'BIGINT')
    add_column('dues', 'rate', 'INTEGER')
    add_column('dues', 'step', 'INTEGER', check=('ck_dues_computed_tells_how', RECKONED))
    op.create_index('ix_dues_about_due_id', 'dues', ['about_due_id'])
    op.create_index('ix_dues_employer_id_period', 'dues', ['employer_id', 'period'])
    op.execute("UPDATE dues SET revision = 1 WHERE kind = 'contribution'")
    refuse('dues', 'UPDATE OF revision, about_due_id, base_centimes, rate, step', 'never_reckoned_anew')

    widen(
        'postings', 'account', 'account',
        'receivable', 'income', 'bank', 'employer_credit', 'suspense', 'elsewhere', 'waived',
        'refunds',
    )
    widen(
        'events', 'subject', 'subject',
        'mandate', 'declaration', 'due', 'debit', 'bank_file', 'bank_message', 'run', 'employer',
        'person', 'staff', 'worksite', 'payment', 'schedule', 'request', 'api_key',
    )


def downgrade():
    raise NotImplementedError('what is owed and why stays')
