"""Open days, the devices of the fund and the desk: cases, notes, names by their sound."""
from dataclasses import asdict

from alembic import op
import sqlalchemy as sa

from webapp.data.loader import load_wilayas
from webapp.domain.name_sounds import sounds_of
from webapp.migrations.tables import add_column, never_changes, refuse, widen

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

AT_ONCE = 5_000
BigId = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table('wilayas',
    sa.Column('code', sa.String(length=2), nullable=False),
    sa.Column('name_fr', sa.String(length=100), nullable=False),
    sa.Column('name_ar', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_wilayas'))
    )
    # Pages and the register ask this table from now on: it is never empty.
    op.bulk_insert(
        sa.table('wilayas', sa.column('code'), sa.column('name_fr'), sa.column('name_ar')),
        [asdict(wilaya) for wilaya in load_wilayas().values()],
    )
    op.create_table('campaigns',
    sa.Column('id', BigId, nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('agency_id', BigId, nullable=False),
    sa.Column('name_ar', sa.String(length=100), nullable=False),
    sa.Column('name_fr', sa.String(length=100), nullable=False),
    sa.Column('begins_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('created_by', BigId, nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('begins_on <= ends_on', name=op.f('ck_campaigns_ends_after_it_begins')),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_campaigns_agency_id')),
    sa.ForeignKeyConstraint(['created_by'], ['staff_members.id'], name=op.f('fk_campaigns_created_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns')),
    sa.UniqueConstraint('reference', name=op.f('uq_campaigns_reference'))
    )
    op.create_index('ix_campaigns_agency_id', 'campaigns', ['agency_id'])
    op.create_table('employer_notes',
    sa.Column('id', BigId, nullable=False),
    sa.Column('reference', sa.String(length=32), nullable=False),
    sa.Column('employer_id', BigId, nullable=False),
    sa.Column('staff_id', BigId, nullable=False),
    sa.Column('kind', sa.Enum('call', 'visit', 'letter', 'internal', name='notekind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('written_at', sa.DateTime(), nullable=False),
    sa.Column('remind_on', sa.Date(), nullable=True),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.Column('done_by', BigId, nullable=True),
    sa.ForeignKeyConstraint(['done_by'], ['staff_members.id'], name=op.f('fk_employer_notes_done_by')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_employer_notes_employer_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_employer_notes_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employer_notes')),
    sa.UniqueConstraint('reference', name=op.f('uq_employer_notes_reference'))
    )
    op.create_index('ix_employer_notes_employer_id', 'employer_notes', ['employer_id'])
    op.create_index('ix_employer_notes_remind_on', 'employer_notes', ['remind_on'])
    op.create_table('campaign_members',
    sa.Column('campaign_id', BigId, nullable=False),
    sa.Column('staff_id', BigId, nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_members_campaign_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_campaign_members_staff_id')),
    sa.PrimaryKeyConstraint('campaign_id', 'staff_id', name=op.f('pk_campaign_members'))
    )
    op.create_index('ix_campaign_members_staff_id', 'campaign_members', ['staff_id'])
    op.create_table('campaign_places',
    sa.Column('id', BigId, nullable=False),
    sa.Column('campaign_id', BigId, nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_places_campaign_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_places')),
    sa.UniqueConstraint('campaign_id', 'name', name=op.f('uq_campaign_places_campaign_id_name'))
    )
    op.create_table('prepared_forms',
    sa.Column('id', BigId, nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('employer_id', BigId, nullable=False),
    sa.Column('campaign_id', BigId, nullable=True),
    sa.Column('text_sha256', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('made_by', BigId, nullable=False),
    sa.Column('entered_at', sa.DateTime(), nullable=True),
    sa.Column('mandate_id', BigId, nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_prepared_forms_campaign_id')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_prepared_forms_employer_id')),
    sa.ForeignKeyConstraint(['made_by'], ['staff_members.id'], name=op.f('fk_prepared_forms_made_by')),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandates.id'], name=op.f('fk_prepared_forms_mandate_id')),
    sa.ForeignKeyConstraint(['text_sha256'], ['signed_texts.sha256'], name=op.f('fk_prepared_forms_text_sha256')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prepared_forms')),
    sa.UniqueConstraint('mandate_id', name=op.f('uq_prepared_forms_mandate_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_prepared_forms_reference'))
    )
    op.create_index('ix_prepared_forms_campaign_id', 'prepared_forms', ['campaign_id'])
    op.create_index('ix_prepared_forms_employer_id', 'prepared_forms', ['employer_id'])
    op.create_index('uq_prepared_forms_open', 'prepared_forms', ['employer_id', 'text_sha256'], unique=True, sqlite_where=sa.text('entered_at IS NULL'), postgresql_where=sa.text('entered_at IS NULL'))
    op.create_table('device_codes',
    sa.Column('id', BigId, nullable=False),
    sa.Column('campaign_id', BigId, nullable=False),
    sa.Column('place_id', BigId, nullable=True),
    sa.Column('staff_id', BigId, nullable=False),
    sa.Column('mode', sa.Enum('assisted', 'self_service', 'board', name='devicemode', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('used_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_device_codes_campaign_id')),
    sa.ForeignKeyConstraint(['place_id'], ['campaign_places.id'], name=op.f('fk_device_codes_place_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_device_codes_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_codes')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_device_codes_code_hash'))
    )
    op.create_index('ix_device_codes_campaign_id', 'device_codes', ['campaign_id'])
    op.create_table('devices',
    sa.Column('id', BigId, nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('campaign_id', BigId, nullable=False),
    sa.Column('place_id', BigId, nullable=True),
    sa.Column('staff_id', BigId, nullable=False),
    sa.Column('mode', sa.Enum('assisted', 'self_service', 'board', name='devicemode', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('pin_hash', sa.String(length=64), nullable=False),
    sa.Column('device', sa.String(length=200), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('seen_at', sa.DateTime(), nullable=False),
    sa.Column('closed_at', sa.DateTime(), nullable=True),
    sa.Column('called_at', sa.DateTime(), nullable=True),
    sa.Column('locked_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_devices_campaign_id')),
    sa.ForeignKeyConstraint(['place_id'], ['campaign_places.id'], name=op.f('fk_devices_place_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_devices_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_devices')),
    sa.UniqueConstraint('reference', name=op.f('uq_devices_reference')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_devices_token_sha256'))
    )
    op.create_index('ix_devices_campaign_id', 'devices', ['campaign_id'])
    op.create_index('ix_devices_staff_id', 'devices', ['staff_id'])
    op.create_table('enrolment_cases',
    sa.Column('id', BigId, nullable=False),
    sa.Column('reference', sa.String(length=12), nullable=False),
    sa.Column('employer_id', BigId, nullable=False),
    sa.Column('campaign_id', BigId, nullable=True),
    sa.Column('device_id', BigId, nullable=True),
    sa.Column('staff_id', BigId, nullable=True),
    sa.Column('status', sa.Enum('begun', 'turned', 'drawn', 'handed_over', 'enrolled', 'updated', 'failed', 'abandoned', name='casestatus', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('cause', sa.Enum('wrong_account', 'no_papers', 'not_entitled', 'no_contact', 'already_enrolled', 'changed_mind', 'network', 'other', name='casefailure', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('identity_paper', sa.Enum('national_id', 'passport', 'driving_licence', name='identitypaper', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('language', sa.Enum('ar', 'fr', name='language', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('began_at', sa.DateTime(), nullable=False),
    sa.Column('turned_at', sa.DateTime(), nullable=True),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('mandate_id', BigId, nullable=True),
    sa.CheckConstraint("(cause IS NOT NULL) = (status = 'failed')", name=op.f('ck_enrolment_cases_failed_for_a_cause')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_enrolment_cases_campaign_id')),
    sa.ForeignKeyConstraint(['device_id'], ['devices.id'], name=op.f('fk_enrolment_cases_device_id')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_enrolment_cases_employer_id')),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandates.id'], name=op.f('fk_enrolment_cases_mandate_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_members.id'], name=op.f('fk_enrolment_cases_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment_cases')),
    sa.UniqueConstraint('mandate_id', name=op.f('uq_enrolment_cases_mandate_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_enrolment_cases_reference'))
    )
    op.create_index('ix_enrolment_cases_campaign_id', 'enrolment_cases', ['campaign_id'])
    op.create_index('ix_enrolment_cases_employer_id', 'enrolment_cases', ['employer_id'])
    op.create_index('ix_enrolment_cases_staff_id', 'enrolment_cases', ['staff_id'])
    op.create_index('uq_enrolment_cases_open_on_device', 'enrolment_cases', ['device_id'], unique=True, sqlite_where=sa.text("status IN ('begun', 'turned', 'drawn')"), postgresql_where=sa.text("status IN ('begun', 'turned', 'drawn')"))
    op.create_table('drawn_signatures',
    sa.Column('id', BigId, nullable=False),
    sa.Column('reference', sa.String(length=32), nullable=False),
    sa.Column('case_id', BigId, nullable=False),
    sa.Column('strokes', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('signed', sa.LargeBinary(), nullable=False),
    sa.Column('drawn_at', sa.DateTime(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(), nullable=True),
    sa.Column('confirmed_by', BigId, nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['enrolment_cases.id'], name=op.f('fk_drawn_signatures_case_id')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['staff_members.id'], name=op.f('fk_drawn_signatures_confirmed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drawn_signatures')),
    sa.UniqueConstraint('case_id', name=op.f('uq_drawn_signatures_case_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_drawn_signatures_reference'))
    )
    op.create_table('hand_overs',
    sa.Column('id', BigId, nullable=False),
    sa.Column('case_id', BigId, nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('used_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['enrolment_cases.id'], name=op.f('fk_hand_overs_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_overs')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_hand_overs_token_sha256'))
    )
    op.create_index('ix_hand_overs_case_id', 'hand_overs', ['case_id'])
    op.create_index('ix_employers_nif', 'employers', ['nif'])

    add_column('employers', 'sounds', "VARCHAR(600) DEFAULT '' NOT NULL")
    _fill_sounds()
    op.create_index('ix_employers_sounds', 'employers', ['sounds'])
    add_column('web_sessions', 'case_id', 'id', points_to='enrolment_cases')
    widen(
        'events', 'subject', 'subject', 'mandate', 'declaration', 'due', 'debit', 'bank_file',
        'bank_message', 'run', 'employer', 'person', 'staff', 'worksite', 'payment', 'schedule',
        'request', 'api_key', 'restoration', 'closed_day', 'reversal', 'campaign', 'device',
        'case', 'agency', 'wilaya',
    )
    # Evidence: what was drawn, for which case.
    never_changes(
        'drawn_signatures', 'never_changed', 'reference', 'case_id', 'sha256', 'drawn_at',
    )
    refuse('drawn_signatures', 'DELETE', 'never_deleted')
    never_changes(
        'enrolment_cases', 'mandate_never_changed', 'mandate_id', unless='OLD.mandate_id IS NULL'
    )


def downgrade():
    raise NotImplementedError('what was signed at a device stays so')


def _fill_sounds():
    """What the employers of before sound like, so many at a time."""
    employers = sa.table(
        'employers', *(sa.column(name) for name in ('id', 'name_ar', 'name_fr', 'sounds'))
    )
    change = sa.update(employers).where(employers.c.id == sa.bindparam('wanted'))
    connection, last = op.get_bind(), 0
    while True:
        rows = connection.execute(
            sa.select(employers.c.id, employers.c.name_ar, employers.c.name_fr)
            .where(employers.c.id > last)
            .order_by(employers.c.id)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        connection.execute(
            change,
            [{'wanted': row.id, 'sounds': sounds_of(row.name_ar, row.name_fr)} for row in rows],
        )
        last = rows[-1].id
