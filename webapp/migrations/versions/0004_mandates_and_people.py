"""The mandate's whole life and people: signatures, papers, delegates, staff, messages."""
from alembic import op
import sqlalchemy as sa

from webapp.migrations.tables import add_column, drop_column, refuse, widen


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('confirming_banks',
    sa.Column('bank_code', sa.String(length=3), nullable=False),
    sa.Column('paper_days', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('bank_code', name=op.f('pk_confirming_banks'))
    )
    op.create_table('persons',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=140), nullable=False),
    sa.Column('language', sa.Enum('ar', 'fr', name='language', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_persons_email_in_small_letters')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_persons')),
    sa.UniqueConstraint('email', name=op.f('uq_persons_email')),
    sa.UniqueConstraint('reference', name=op.f('uq_persons_reference'))
    )
    op.create_table('staff_members',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=140), nullable=False),
    sa.Column('language', sa.Enum('ar', 'fr', name='language', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('role', sa.Enum('agent', 'supervisor', 'collector', 'auditor', 'administrator', name='role', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('totp_secret', sa.LargeBinary(), nullable=False),
    sa.Column('totp_step', sa.BigInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('left_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_staff_members_email_in_small_letters')),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_staff_members_agency_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_members')),
    sa.UniqueConstraint('email', name=op.f('uq_staff_members_email')),
    sa.UniqueConstraint('reference', name=op.f('uq_staff_members_reference'))
    )
    op.create_table('correction_requests',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=32), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject', sa.Enum('name', 'signatory', 'contact', 'identifiers', 'worksites', 'other', name='correctionsubject', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('status', sa.Enum('open', 'done', 'refused', name='correctionstatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('wish', sa.LargeBinary(), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('answer', sa.LargeBinary(), nullable=False),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.Column('answered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['answered_by'], ['staff_members.id'], name=op.f('fk_correction_requests_answered_by')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_correction_requests_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction_requests')),
    sa.UniqueConstraint('reference', name=op.f('uq_correction_requests_reference'))
    )
    with op.batch_alter_table('correction_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_requests_employer_id'), ['employer_id'], unique=False)
        batch_op.create_index('ix_correction_requests_status', ['status'], unique=False)

    op.create_table('delegations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('may_sign', sa.Boolean(), nullable=False),
    sa.Column('granted_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_delegations_employer_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_delegations_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegations')),
    sa.UniqueConstraint('reference', name=op.f('uq_delegations_reference'))
    )
    with op.batch_alter_table('delegations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegations_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_delegations_one_live', ['employer_id', 'person_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('mandate_drafts',
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('reference', sa.String(length=32), nullable=False),
    sa.Column('account', sa.LargeBinary(), nullable=False),
    sa.Column('ceiling_centimes', sa.BigInteger(), nullable=True),
    sa.Column('saved_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_mandate_drafts_employer_id')),
    sa.PrimaryKeyConstraint('employer_id', name=op.f('pk_mandate_drafts')),
    sa.UniqueConstraint('reference', name=op.f('uq_mandate_drafts_reference'))
    )
    op.create_table('messages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.Enum('sms', 'email', 'portal', name='noticechannel', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('language', sa.Enum('ar', 'fr', name='language', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('status', sa.Enum('queued', 'accepted', 'refused', 'bounced', 'expired', name='messagestatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('next_try_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=True),
    sa.Column('accepted_at', sa.DateTime(), nullable=True),
    sa.Column('answer', sa.String(length=200), nullable=False),
    sa.CheckConstraint('tries >= 0', name=op.f('ck_messages_tries_not_negative')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_messages_employer_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_messages_person_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_messages_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    sa.UniqueConstraint('reference', name=op.f('uq_messages_reference'))
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_messages_employer_id'), ['employer_id'], unique=False)
        batch_op.create_index('ix_messages_status_next_try_at', ['status', 'next_try_at'], unique=False)

    op.create_table('recovery_codes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('used_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_recovery_codes_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_codes'))
    )
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_codes_staff_id'), ['staff_id'], unique=False)

    op.create_table('staff_invitations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=140), nullable=False),
    sa.Column('language', sa.Enum('ar', 'fr', name='language', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('role', sa.Enum('agent', 'supervisor', 'collector', 'auditor', 'administrator', name='role', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('agency_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('invited_at', sa.DateTime(), nullable=False),
    sa.Column('invited_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('used_at', sa.DateTime(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_staff_invitations_agency_id')),
    sa.ForeignKeyConstraint(['invited_by'], ['staff_members.id'], name=op.f('fk_staff_invitations_invited_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_invitations')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_staff_invitations_token_sha256'))
    )
    op.create_table('mandate_papers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=32), nullable=False),
    sa.Column('mandate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('received_at', sa.DateTime(), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandates.id'], name=op.f('fk_mandate_papers_mandate_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_mandate_papers_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate_papers')),
    sa.UniqueConstraint('reference', name=op.f('uq_mandate_papers_reference'))
    )
    with op.batch_alter_table('mandate_papers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mandate_papers_mandate_id'), ['mandate_id'], unique=False)

    op.create_table('mandate_signatures',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mandate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text_sha256', sa.String(length=64), nullable=False),
    sa.Column('text_version', sa.String(length=20), nullable=False),
    sa.Column('language', sa.Enum('ar', 'fr', name='language', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('signed_at', sa.DateTime(), nullable=False),
    sa.Column('channel', sa.Enum('self', 'kiosk', 'import', name='signingchannel', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('signatory_name', sa.String(length=140), nullable=False),
    sa.Column('quality', sa.Enum('owner', 'manager', 'proxy', 'unknown', name='signatoryquality', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('ceiling_centimes', sa.BigInteger(), nullable=True),
    sa.Column('code_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('number > 0', name=op.f('ck_mandate_signatures_numbered_from_one')),
    sa.ForeignKeyConstraint(['code_id'], ['one_time_codes.id'], name=op.f('fk_mandate_signatures_code_id')),
    sa.ForeignKeyConstraint(['mandate_id', 'employer_id'], ['mandates.id', 'mandates.employer_id'], name=op.f('fk_mandate_signatures_mandate_id_employer_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_mandate_signatures_person_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_mandate_signatures_staff_id')),
    sa.ForeignKeyConstraint(['text_sha256'], ['signed_texts.sha256'], name=op.f('fk_mandate_signatures_text_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate_signatures')),
    sa.UniqueConstraint('code_id', name=op.f('uq_mandate_signatures_code_id')),
    sa.UniqueConstraint('mandate_id', 'number', name=op.f('uq_mandate_signatures_mandate_id_number'))
    )

    # Every mandate has been signed once; the code that signed it is told by the code itself.
    op.execute(
        "INSERT INTO mandate_signatures (employer_id, mandate_id, number, text_sha256, "
        "text_version, language, signed_at, channel, device, signatory_name, quality, "
        "ceiling_centimes, code_id) "
        "SELECT m.employer_id, m.id, 1, m.signed_text_sha256, '', m.signed_language, m.signed_at, "
        "'self', '', m.signatory_name, 'unknown', m.ceiling_centimes, c.id "
        "FROM mandates m LEFT JOIN one_time_codes c ON c.mandate_id = m.id "
        "JOIN signed_texts t ON t.sha256 = m.signed_text_sha256"
    )
    for action, name in (('UPDATE', 'never_changed'), ('DELETE', 'never_deleted')):
        refuse('mandate_signatures', action, name)

    drop_column('one_time_codes', 'mandate_id')
    widen('one_time_codes', 'purpose', 'codepurpose', 'sign_in', 'sign_mandate', 'confirm')
    add_column('one_time_codes', 'person_id', 'id', points_to='persons')

    widen('events', 'subject', 'subject', 'mandate', 'declaration', 'due', 'debit', 'bank_file',
          'bank_message', 'run', 'employer', 'person', 'staff')
    widen('mandates', 'status', 'mandatestatus', 'signed', 'confirmed', 'active', 'suspended',
          'revoked', 'refused', 'replaced', 'expired')
    add_column('mandates', 'replaces_id', 'id', points_to='mandates')
    add_column('mandates', 'first_notice_at', 'instant')
    for day in ('paused_from_on', 'paused_until_on', 'paper_due_on', 'expiry_told_on'):
        add_column('mandates', day, 'DATE')

    add_column('employers', 'code_channel', 'VARCHAR(20)', check=(
        'ck_employers_noticechannel_of_codes', "code_channel IN ('sms', 'email', 'portal')"))
    add_column('kept_forms', 'person_id', 'id', points_to='persons')
    add_column('notices', 'tries', 'INTEGER DEFAULT 0 NOT NULL')
    add_column('notices', 'next_try_at', 'instant')
    add_column('notices', 'answer', "VARCHAR(200) DEFAULT '' NOT NULL")

    # Whoever is signed in signs in again: a session is made anew with who holds it.
    op.drop_table('web_sessions')
    op.create_table('web_sessions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('proved_at', sa.DateTime(), nullable=True),
    sa.Column('seen_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('staff_id IS NOT NULL AND employer_id IS NULL AND person_id IS NULL OR staff_id IS NULL AND (employer_id IS NOT NULL OR person_id IS NOT NULL)', name=op.f('ck_web_sessions_staff_or_not')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_web_sessions_employer_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_web_sessions_person_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_web_sessions_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_sessions')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_web_sessions_token_sha256'))
    )
    for column in ('employer_id', 'person_id', 'staff_id'):
        op.create_index(op.f(f'ix_web_sessions_{column}'), 'web_sessions', [column])


def downgrade():
    raise NotImplementedError('what was signed stays')
