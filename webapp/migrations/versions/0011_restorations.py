"""Returns to a backup: until one is reconciled with the sent journal, nothing is sent."""
from alembic import op
import sqlalchemy as sa

from webapp.migrations.tables import widen

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('restorations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('restored_at', sa.DateTime(), nullable=False),
    sa.Column('restored_by', sa.String(length=60), nullable=False),
    sa.Column('backup_at', sa.DateTime(), nullable=False),
    sa.Column('backup_sha256', sa.String(length=64), nullable=False),
    sa.Column('reconciled_at', sa.DateTime(), nullable=True),
    sa.Column('reconciled_by', sa.String(length=60), nullable=True),
    sa.CheckConstraint('(reconciled_at IS NULL) = (reconciled_by IS NULL)', name=op.f('ck_restorations_reconciled_by_somebody')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_restorations'))
    )
    widen(
        'events', 'subject', 'subject',
        'mandate', 'declaration', 'due', 'debit', 'bank_file', 'bank_message', 'run', 'employer',
        'person', 'staff', 'worksite', 'payment', 'schedule', 'request', 'api_key', 'restoration',
    )


def downgrade():
    raise NotImplementedError('what was reconciled stays')
