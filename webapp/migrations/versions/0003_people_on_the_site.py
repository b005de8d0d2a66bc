"""People on the site: sessions, one-time codes, throttles, drafts, and the texts they signed."""
from alembic import op
import sqlalchemy as sa


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('signed_texts',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_signed_texts'))
    )
    op.create_table('throttles',
    sa.Column('subject', sa.String(length=100), nullable=False),
    sa.Column('since_at', sa.DateTime(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.CheckConstraint('tries > 0', name=op.f('ck_throttles_tries_above_zero')),
    sa.PrimaryKeyConstraint('subject', name=op.f('pk_throttles'))
    )
    op.create_table('declaration_drafts',
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('period', sa.String(length=7), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.Column('typed', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_declaration_drafts_employer_id')),
    sa.PrimaryKeyConstraint('employer_id', 'period', name=op.f('pk_declaration_drafts')),
    sa.UniqueConstraint('form_key', name=op.f('uq_declaration_drafts_form_key'))
    )
    op.create_table('kept_forms',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=32), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('typed', sa.LargeBinary(), nullable=False),
    sa.Column('kept_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_kept_forms_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_forms')),
    sa.UniqueConstraint('reference', name=op.f('uq_kept_forms_reference'))
    )
    with op.batch_alter_table('kept_forms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kept_forms_employer_id'), ['employer_id'], unique=False)

    op.create_table('web_sessions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('seen_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_web_sessions_employer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_web_sessions')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_web_sessions_token_sha256'))
    )
    with op.batch_alter_table('web_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_web_sessions_employer_id'), ['employer_id'], unique=False)

    op.create_table('one_time_codes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=32), nullable=False),
    sa.Column('purpose', sa.Enum('sign_in', 'sign_mandate', name='codepurpose', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('employer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('sent_at', sa.DateTime(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.DateTime(), nullable=True),
    sa.Column('mandate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('tries >= 0', name=op.f('ck_one_time_codes_tries_not_negative')),
    sa.ForeignKeyConstraint(['employer_id'], ['employers.id'], name=op.f('fk_one_time_codes_employer_id')),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandates.id'], name=op.f('fk_one_time_codes_mandate_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_codes')),
    sa.UniqueConstraint('mandate_id', name=op.f('uq_one_time_codes_mandate_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_one_time_codes_reference'))
    )
    with op.batch_alter_table('one_time_codes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_one_time_codes_employer_id'), ['employer_id'], unique=False)

    # The text that was signed is evidence: it is neither changed nor deleted.
    for action in ('UPDATE', 'DELETE'):
        refuse('signed_texts', action)


def refuse(table, action):
    trigger, message = f'{table}_never_{action.lower()}d', f'{table}: never {action.lower()}d'
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {action} ON {table} FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{message}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {trigger} BEFORE {action} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger}()"
    )


def downgrade():
    with op.batch_alter_table('one_time_codes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_one_time_codes_employer_id'))

    op.drop_table('one_time_codes')
    with op.batch_alter_table('web_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_web_sessions_employer_id'))

    op.drop_table('web_sessions')
    with op.batch_alter_table('kept_forms', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_kept_forms_employer_id'))

    op.drop_table('kept_forms')
    op.drop_table('declaration_drafts')
    op.drop_table('throttles')
    op.drop_table('signed_texts')
