"""A mandate that takes another's place takes what that one took."""
from webapp.migrations.tables import add_column


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    add_column('mandates', 'covers_from_on', 'DATE')


def downgrade():
    raise NotImplementedError('what is covered stays covered')
