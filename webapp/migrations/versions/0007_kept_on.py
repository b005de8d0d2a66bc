"""An authorisation that is not used, and that its employer keeps."""
from webapp.migrations.tables import add_column


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    add_column('mandates', 'kept_on', 'DATE')


def downgrade():
    raise NotImplementedError('what was kept stays kept')
