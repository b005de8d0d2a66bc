"""The first tables, with every key that keeps a due from being debited twice."""
from alembic import op
import sqlalchemy as sa


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():

    op.create_table('agencies',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('name_fr', sa.String(length=100), nullable=False),
    sa.Column('name_ar', sa.String(length=100), nullable=False),
    sa.Column('wilaya_code', sa.String(length=2), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agencies')),
    sa.UniqueConstraint('code', name=op.f('uq_agencies_code'))
    )
    op.create_table('bank_messages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel_code', sa.String(length=10), nullable=False),
    sa.Column('message_id', sa.String(length=35), nullable=False),
    sa.Column('message_name', sa.String(length=20), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Enum('staging', 'staged', 'applied', name='bankmessagestatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('imported_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_messages')),
    sa.UniqueConstraint('channel_code', 'message_id', name=op.f('uq_bank_messages_channel_code_message_id'))
    )
    op.create_table('channels',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('institution_fr', sa.String(length=100), nullable=False),
    sa.Column('institution_ar', sa.String(length=100), nullable=False),
    sa.Column('message_format', sa.String(length=20), nullable=False),
    sa.Column('creditor_name', sa.String(length=70), nullable=False),
    sa.Column('creditor_identifier', sa.String(length=35), nullable=False),
    sa.Column('creditor_agent', sa.String(length=3), nullable=False),
    sa.Column('creditor_account', sa.LargeBinary(), nullable=False),
    sa.Column('creditor_account_index', sa.String(length=64), nullable=False),
    sa.Column('file_limit', sa.Integer(), nullable=False),
    sa.Column('lead_days', sa.Integer(), nullable=False),
    sa.Column('cut_off', sa.Time(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channels')),
    sa.UniqueConstraint('code', name=op.f('uq_channels_code')),
    sa.UniqueConstraint('creditor_account_index', name=op.f('uq_channels_creditor_account_index'))
    )
    op.create_table('closed_days',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('name_fr', sa.String(length=100), nullable=False),
    sa.Column('name_ar', sa.String(length=100), nullable=False),
    sa.Column('estimated', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_closed_days'))
    )
    op.create_table('contribution_rates',
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('leave', sa.Integer(), nullable=False),
    sa.Column('weather_employer', sa.Integer(), nullable=False),
    sa.Column('weather_worker', sa.Integer(), nullable=False),
    sa.CheckConstraint('leave >= 0 AND weather_employer >= 0 AND weather_worker >= 0', name=op.f('ck_contribution_rates_not_negative')),
    sa.PrimaryKeyConstraint('valid_from', name=op.f('pk_contribution_rates'))
    )
    op.create_table('demonstrations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('employers', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_demonstrations_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_demonstrations'))
    )
    op.create_table('events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.Enum('mandate', 'declaration', 'due', 'debit', 'bank_file', 'bank_message', 'run', name='subject', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=True),
    sa.Column('target', sa.String(length=20), nullable=False),
    sa.Column('cause', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_subject_subject_id', ['subject', 'subject_id'], unique=False)

    op.create_table('runs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.Column('report', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_runs'))
    )
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.create_index('ix_runs_day', ['day'], unique=False)

    op.create_table('bank_files',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=35), nullable=False),
    sa.Column('channel_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('collect_on', sa.Date(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('frozen', 'written', 'approved', 'sending', 'sent', 'unknown', 'acknowledged', 'reconciled', 'superseded', name='bankfilestatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('transactions', sa.Integer(), nullable=False),
    sa.Column('total_centimes', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('frozen_by', sa.String(length=60), nullable=False),
    sa.Column('frozen_at', sa.DateTime(), nullable=False),
    sa.Column('approved_by', sa.String(length=60), nullable=True),
    sa.Column('sent_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_bank_files_channel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_files')),
    sa.UniqueConstraint('channel_id', 'collect_on', 'sequence', name=op.f('uq_bank_files_channel_id_collect_on_sequence')),
    sa.UniqueConstraint('reference', name=op.f('uq_bank_files_reference'))
    )
    op.create_table('channel_routes',
    sa.Column('bank_code', sa.String(length=3), nullable=False),
    sa.Column('channel_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_channel_routes_channel_id')),
    sa.PrimaryKeyConstraint('bank_code', name=op.f('pk_channel_routes'))
    )
    op.create_table('employers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_number', sa.String(length=20), nullable=False),
    sa.Column('name_ar', sa.String(length=140), nullable=False),
    sa.Column('name_fr', sa.String(length=140), nullable=False),
    sa.Column('nif', sa.String(length=20), nullable=False),
    sa.Column('signatory_name', sa.String(length=140), nullable=False),
    sa.Column('language', sa.Enum('ar', 'fr', name='language', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('periodicity', sa.Enum('monthly', 'quarterly', name='periodicity', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('notice_channel', sa.Enum('sms', 'email', 'portal', name='noticechannel', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('wilaya_code', sa.String(length=2), nullable=False),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("name_ar <> '' OR name_fr <> ''", name=op.f('ck_employers_has_a_name')),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_employers_agency_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employers')),
    sa.UniqueConstraint('member_number', name=op.f('uq_employers_member_number'))
    )
    with op.batch_alter_table('employers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_employers_agency_id'), ['agency_id'], unique=False)

    op.create_table('event_seals',
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_event_seals_event_id')),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_event_seals')),
    sa.UniqueConstraint('event_id', name=op.f('uq_event_seals_event_id'))
    )
    op.create_table('declarations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period', sa.String(length=7), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('draft', 'filed', 'corrected', 'closed', name='declarationstatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.Column('filed_on', sa.Date(), nullable=False),
    sa.Column('filed_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_declarations_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declarations')),
    sa.UniqueConstraint('employer_id', 'period', 'revision', name=op.f('uq_declarations_employer_id_period_revision')),
    sa.UniqueConstraint('form_key', name=op.f('uq_declarations_form_key')),
    sa.UniqueConstraint('id', 'employer_id', name=op.f('uq_declarations_id_employer_id'))
    )
    op.create_table('mandates',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.Enum('draft', 'signed', 'confirmed', 'active', 'suspended', 'revoked', 'refused', 'replaced', 'expired', name='mandatestatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('is_default', sa.Boolean(), nullable=False),
    sa.Column('account', sa.LargeBinary(), nullable=False),
    sa.Column('account_index', sa.String(length=64), nullable=False),
    sa.Column('account_last4', sa.String(length=4), nullable=False),
    sa.Column('bank_code', sa.String(length=3), nullable=False),
    sa.Column('channel_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ceiling_centimes', sa.BigInteger(), nullable=True),
    sa.Column('covers_arrears', sa.Boolean(), nullable=False),
    sa.Column('signatory_name', sa.String(length=140), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('signed_at', sa.DateTime(), nullable=False),
    sa.Column('signed_language', sa.Enum('ar', 'fr', name='language', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('signed_text_sha256', sa.String(length=64), nullable=False),
    sa.CheckConstraint('ceiling_centimes > 0', name=op.f('ck_mandates_ceiling_above_zero')),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_mandates_channel_id')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_mandates_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandates')),
    sa.UniqueConstraint('id', 'employer_id', name=op.f('uq_mandates_id_employer_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_mandates_reference'))
    )
    with op.batch_alter_table('mandates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mandates_employer_id'), ['employer_id'], unique=False)
        batch_op.create_index('uq_mandates_one_default', ['employer_id'], unique=True, sqlite_where=sa.text("is_default AND status NOT IN ('revoked', 'refused', 'replaced', 'expired')"), postgresql_where=sa.text("is_default AND status NOT IN ('revoked', 'refused', 'replaced', 'expired')"))
        batch_op.create_index('uq_mandates_one_per_account', ['employer_id', 'account_index'], unique=True, sqlite_where=sa.text("status NOT IN ('revoked', 'refused', 'replaced', 'expired')"), postgresql_where=sa.text("status NOT IN ('revoked', 'refused', 'replaced', 'expired')"))

    op.create_table('worksites',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=140), nullable=False),
    sa.Column('wilaya_code', sa.String(length=2), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_worksites_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worksites')),
    sa.UniqueConstraint('employer_id', 'code', name=op.f('uq_worksites_employer_id_code')),
    sa.UniqueConstraint('id', 'employer_id', name=op.f('uq_worksites_id_employer_id'))
    )
    op.create_table('debits',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mandate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.Enum('planned', 'announced', 'held', 'frozen', 'sent', 'unknown', 'accepted', 'debited', 'settled', 'refused', 'disputed', 'cancelled', name='debitstatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('hold_reason', sa.Enum('mandate_not_active', 'over_ceiling', 'no_contact', 'notice_not_delivered', 'dues_changed', 'bank_refusal', 'late_money', name='holdreason', native_enum=False, create_constraint=True), nullable=True),
    sa.Column('planned_for_on', sa.Date(), nullable=False),
    sa.Column('collect_on', sa.Date(), nullable=False),
    sa.Column('amount_centimes', sa.BigInteger(), nullable=False),
    sa.Column('notice_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(status = 'held') = (hold_reason IS NOT NULL)", name=op.f('ck_debits_held_has_a_reason')),
    sa.CheckConstraint('amount_centimes >= 0', name=op.f('ck_debits_amount_not_negative')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_debits_employer_id')),
    sa.ForeignKeyConstraint(['mandate_id', 'employer_id'], ['mandates.id', 'mandates.employer_id'], name=op.f('fk_debits_mandate_id_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_debits')),
    sa.UniqueConstraint('id', 'employer_id', name=op.f('uq_debits_id_employer_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_debits_reference'))
    )
    with op.batch_alter_table('debits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_debits_employer_id'), ['employer_id'], unique=False)
        batch_op.create_index('ix_debits_mandate_id_planned_for_on', ['mandate_id', 'planned_for_on'], unique=False)
        batch_op.create_index('ix_debits_status', ['status'], unique=False)
        batch_op.create_index('uq_debits_one_live_per_day', ['mandate_id', 'planned_for_on'], unique=True, sqlite_where=sa.text("status <> 'cancelled'"), postgresql_where=sa.text("status <> 'cancelled'"))

    op.create_table('declaration_lines',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('declaration_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('worksite_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('workers', sa.Integer(), nullable=False),
    sa.Column('leave_base_centimes', sa.BigInteger(), nullable=False),
    sa.Column('weather_base_centimes', sa.BigInteger(), nullable=False),
    sa.Column('leave_centimes', sa.BigInteger(), nullable=False),
    sa.Column('weather_employer_centimes', sa.BigInteger(), nullable=False),
    sa.Column('weather_worker_centimes', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('leave_base_centimes >= 0', name=op.f('ck_declaration_lines_leave_base_not_negative')),
    sa.CheckConstraint('weather_base_centimes >= 0 AND weather_base_centimes <= leave_base_centimes', name=op.f('ck_declaration_lines_weather_base_within_leave_base')),
    sa.CheckConstraint('workers >= 0', name=op.f('ck_declaration_lines_workers_not_negative')),
    sa.ForeignKeyConstraint(['declaration_id', 'employer_id'], ['declarations.id', 'declarations.employer_id'], name=op.f('fk_declaration_lines_declaration_id_employer_id')),
    sa.ForeignKeyConstraint(['worksite_id', 'employer_id'], ['worksites.id', 'worksites.employer_id'], name=op.f('fk_declaration_lines_worksite_id_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declaration_lines')),
    sa.UniqueConstraint('declaration_id', 'worksite_id', name=op.f('uq_declaration_lines_declaration_id_worksite_id'))
    )
    op.create_table('declared_months',
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('declaration_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['declaration_id', 'employer_id'], ['declarations.id', 'declarations.employer_id'], name=op.f('fk_declared_months_declaration_id_employer_id')),
    sa.PrimaryKeyConstraint('employer_id', 'month', name=op.f('pk_declared_months'))
    )
    op.create_table('dues',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('origin_key', sa.String(length=80), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('worksite_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.Enum('contribution', 'adjustment', 'credit', name='duekind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('status', sa.Enum('open', 'scheduled', 'settled', 'superseded', 'contested', 'waived', 'paid_elsewhere', name='duestatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('period', sa.String(length=7), nullable=False),
    sa.Column('amount_centimes', sa.BigInteger(), nullable=False),
    sa.Column('legal_due_on', sa.Date(), nullable=False),
    sa.Column('collect_from_on', sa.Date(), nullable=False),
    sa.Column('predecessor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('barred_mandate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(kind = 'credit') = (amount_centimes < 0)", name=op.f('ck_dues_credit_is_negative')),
    sa.CheckConstraint('amount_centimes <> 0', name=op.f('ck_dues_amount_not_zero')),
    sa.ForeignKeyConstraint(['barred_mandate_id'], ['mandates.id'], name=op.f('fk_dues_barred_mandate_id')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_dues_employer_id')),
    sa.ForeignKeyConstraint(['predecessor_id'], ['dues.id'], name=op.f('fk_dues_predecessor_id')),
    sa.ForeignKeyConstraint(['worksite_id', 'employer_id'], ['worksites.id', 'worksites.employer_id'], name=op.f('fk_dues_worksite_id_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dues')),
    sa.UniqueConstraint('id', 'employer_id', 'amount_centimes', name=op.f('uq_dues_id_employer_id_amount_centimes')),
    sa.UniqueConstraint('origin_key', name=op.f('uq_dues_origin_key'))
    )
    with op.batch_alter_table('dues', schema=None) as batch_op:
        batch_op.create_index('ix_dues_open', ['employer_id', 'collect_from_on'], unique=False, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))

    op.create_table('mandate_worksites',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mandate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('worksite_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['mandate_id', 'employer_id'], ['mandates.id', 'mandates.employer_id'], name=op.f('fk_mandate_worksites_mandate_id_employer_id')),
    sa.ForeignKeyConstraint(['worksite_id', 'employer_id'], ['worksites.id', 'worksites.employer_id'], name=op.f('fk_mandate_worksites_worksite_id_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate_worksites'))
    )
    with op.batch_alter_table('mandate_worksites', schema=None) as batch_op:
        batch_op.create_index('uq_mandate_worksites_one_live', ['worksite_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('attempts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('debit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('end_to_end_id', sa.String(length=35), nullable=False),
    sa.Column('bank_file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_centimes', sa.BigInteger(), nullable=False),
    sa.Column('debtor_name', sa.String(length=140), nullable=False),
    sa.Column('mandate_reference', sa.String(length=12), nullable=False),
    sa.Column('mandate_signed_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('presented', 'accepted', 'debited', 'settled', 'refused', name='attemptstate', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('accepted_at', sa.DateTime(), nullable=True),
    sa.Column('debited_at', sa.DateTime(), nullable=True),
    sa.Column('settled_at', sa.DateTime(), nullable=True),
    sa.Column('refused_at', sa.DateTime(), nullable=True),
    sa.Column('returned_at', sa.DateTime(), nullable=True),
    sa.Column('reason_code', sa.String(length=35), nullable=True),
    sa.Column('failed_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('amount_centimes > 0', name=op.f('ck_attempts_amount_above_zero')),
    sa.ForeignKeyConstraint(['bank_file_id'], ['bank_files.id'], name=op.f('fk_attempts_bank_file_id')),
    sa.ForeignKeyConstraint(['debit_id'], ['debits.id'], name=op.f('fk_attempts_debit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempts')),
    sa.UniqueConstraint('debit_id', 'number', name=op.f('uq_attempts_debit_id_number')),
    sa.UniqueConstraint('end_to_end_id', name=op.f('uq_attempts_end_to_end_id'))
    )
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempts_bank_file_id'), ['bank_file_id'], unique=False)
        batch_op.create_index('uq_attempts_one_live_per_debit', ['debit_id'], unique=True, sqlite_where=sa.text('failed_at IS NULL'), postgresql_where=sa.text('failed_at IS NULL'))

    op.create_table('debit_lines',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('debit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_centimes', sa.BigInteger(), nullable=False),
    sa.Column('freed_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['debit_id', 'employer_id'], ['debits.id', 'debits.employer_id'], name=op.f('fk_debit_lines_debit_id_employer_id')),
    sa.ForeignKeyConstraint(['due_id', 'employer_id', 'amount_centimes'], ['dues.id', 'dues.employer_id', 'dues.amount_centimes'], name=op.f('fk_debit_lines_due_id_employer_id_amount_centimes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_debit_lines'))
    )
    with op.batch_alter_table('debit_lines', schema=None) as batch_op:
        batch_op.create_index('ix_debit_lines_debit_id', ['debit_id'], unique=False)
        batch_op.create_index('uq_debit_lines_one_live_per_due', ['due_id'], unique=True, sqlite_where=sa.text('freed_at IS NULL'), postgresql_where=sa.text('freed_at IS NULL'))

    op.create_table('notices',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('debit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('debit_announced', 'debit_re_presented', name='noticekind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('channel', sa.Enum('sms', 'email', 'portal', name='noticechannel', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('language', sa.Enum('ar', 'fr', name='language', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('amount_centimes', sa.BigInteger(), nullable=False),
    sa.Column('collect_on', sa.Date(), nullable=False),
    sa.Column('account_last4', sa.String(length=4), nullable=False),
    sa.Column('status', sa.Enum('queued', 'accepted', 'refused', 'bounced', name='noticestatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['debit_id'], ['debits.id'], name=op.f('fk_notices_debit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
    sa.UniqueConstraint('debit_id', 'version', 'kind', name=op.f('uq_notices_debit_id_version_kind'))
    )
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.create_index('ix_notices_status', ['status'], unique=False)

    op.create_table('postings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source_key', sa.String(length=100), nullable=False),
    sa.Column('leg', sa.String(length=40), nullable=False),
    sa.Column('account', sa.Enum('receivable', 'income', 'bank', 'employer_credit', 'suspense', name='account', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('amount_centimes', sa.BigInteger(), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('due_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('posted_on', sa.Date(), nullable=False),
    sa.CheckConstraint('amount_centimes <> 0', name=op.f('ck_postings_amount_not_zero')),
    sa.ForeignKeyConstraint(['due_id'], ['dues.id'], name=op.f('fk_postings_due_id')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_postings_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_postings')),
    sa.UniqueConstraint('source_key', 'leg', name=op.f('uq_postings_source_key_leg'))
    )
    with op.batch_alter_table('postings', schema=None) as batch_op:
        batch_op.create_index('ix_postings_due_id', ['due_id'], unique=False)

    op.create_table('bank_entries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bank_message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('end_to_end_id', sa.String(length=35), nullable=True),
    sa.Column('attempt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('fact', sa.Enum('accepted', 'debited', 'settled', 'refused', 'returned', name='fact', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('moved_centimes', sa.BigInteger(), nullable=True),
    sa.Column('reason_code', sa.String(length=35), nullable=True),
    sa.Column('booked_on', sa.Date(), nullable=True),
    sa.Column('outcome', sa.Enum('pending', 'applied', 'known', 'noted', 'suspense', name='entryoutcome', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('suspense_reason', sa.Enum('unknown_reference', 'wrong_amount', 'wrong_currency', 'wrong_mandate', 'wrong_creditor', 'never_sent', name='suspensereason', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('raw', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempts.id'], name=op.f('fk_bank_entries_attempt_id')),
    sa.ForeignKeyConstraint(['bank_message_id'], ['bank_messages.id'], name=op.f('fk_bank_entries_bank_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_entries')),
    sa.UniqueConstraint('bank_message_id', 'position', name=op.f('uq_bank_entries_bank_message_id_position'))
    )
    with op.batch_alter_table('bank_entries', schema=None) as batch_op:
        batch_op.create_index('ix_bank_entries_attempt_id', ['attempt_id'], unique=False)
        batch_op.create_index('ix_bank_entries_outcome', ['outcome', 'bank_message_id'], unique=False)




def downgrade():

    with op.batch_alter_table('bank_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_bank_entries_outcome')
        batch_op.drop_index('ix_bank_entries_attempt_id')

    op.drop_table('bank_entries')
    with op.batch_alter_table('postings', schema=None) as batch_op:
        batch_op.drop_index('ix_postings_due_id')

    op.drop_table('postings')
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.drop_index('ix_notices_status')

    op.drop_table('notices')
    with op.batch_alter_table('debit_lines', schema=None) as batch_op:
        batch_op.drop_index('uq_debit_lines_one_live_per_due', sqlite_where=sa.text('freed_at IS NULL'), postgresql_where=sa.text('freed_at IS NULL'))
        batch_op.drop_index('ix_debit_lines_debit_id')

    op.drop_table('debit_lines')
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.drop_index('uq_attempts_one_live_per_debit', sqlite_where=sa.text('failed_at IS NULL'), postgresql_where=sa.text('failed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_attempts_bank_file_id'))

    op.drop_table('attempts')
    with op.batch_alter_table('mandate_worksites', schema=None) as batch_op:
        batch_op.drop_index('uq_mandate_worksites_one_live', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.drop_table('mandate_worksites')
    with op.batch_alter_table('dues', schema=None) as batch_op:
        batch_op.drop_index('ix_dues_open', sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))

    op.drop_table('dues')
    op.drop_table('declared_months')
    op.drop_table('declaration_lines')
    with op.batch_alter_table('debits', schema=None) as batch_op:
        batch_op.drop_index('uq_debits_one_live_per_day', sqlite_where=sa.text("status <> 'cancelled'"), postgresql_where=sa.text("status <> 'cancelled'"))
        batch_op.drop_index('ix_debits_status')
        batch_op.drop_index('ix_debits_mandate_id_planned_for_on')
        batch_op.drop_index(batch_op.f('ix_debits_employer_id'))

    op.drop_table('debits')
    op.drop_table('worksites')
    with op.batch_alter_table('mandates', schema=None) as batch_op:
        batch_op.drop_index('uq_mandates_one_per_account', sqlite_where=sa.text("status NOT IN ('revoked', 'refused', 'replaced', 'expired')"), postgresql_where=sa.text("status NOT IN ('revoked', 'refused', 'replaced', 'expired')"))
        batch_op.drop_index('uq_mandates_one_default', sqlite_where=sa.text("is_default AND status NOT IN ('revoked', 'refused', 'replaced', 'expired')"), postgresql_where=sa.text("is_default AND status NOT IN ('revoked', 'refused', 'replaced', 'expired')"))
        batch_op.drop_index(batch_op.f('ix_mandates_employer_id'))

    op.drop_table('mandates')
    op.drop_table('declarations')
    op.drop_table('event_seals')
    with op.batch_alter_table('employers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_employers_agency_id'))

    op.drop_table('employers')
    op.drop_table('channel_routes')
    op.drop_table('bank_files')
    with op.batch_alter_table('runs', schema=None) as batch_op:
        batch_op.drop_index('ix_runs_day')

    op.drop_table('runs')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_subject_subject_id')

    op.drop_table('events')
    op.drop_table('demonstrations')
    op.drop_table('contribution_rates')
    op.drop_table('closed_days')
    op.drop_table('channels')
    op.drop_table('bank_messages')
    op.drop_table('agencies')

