"""Local codes: what a bank's own reason codes mean; an entry keeps the code as it was told."""
from alembic import op
import sqlalchemy as sa

from webapp.migrations.tables import add_column

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('local_codes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=35), nullable=False),
    sa.Column('means', sa.String(length=4), nullable=False),
    sa.ForeignKeyConstraint(['channel_id'], ['channels.id'], name=op.f('fk_local_codes_channel_id_channels')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_local_codes')),
    sa.UniqueConstraint('channel_id', 'code', name=op.f('uq_local_codes_channel_id_code'))
    )
    add_column('bank_entries', 'local_code', 'VARCHAR(35)')
    for column in ('reason_code', 'local_code'):
        told = sa.text(f'{column} IS NOT NULL')
        op.create_index(
            f'ix_bank_entries_{column}', 'bank_entries', [column],
            sqlite_where=told, postgresql_where=told,
        )


def downgrade():
    raise NotImplementedError('what a bank told stays')
