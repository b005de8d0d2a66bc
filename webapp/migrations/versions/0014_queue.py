"""The queue from which workers on several machines take portions of a run; PostgreSQL only."""
from pathlib import Path

from alembic import op


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    bind = op.get_bind()
    if bind.dialect.name == 'postgresql':
        # Several statements at once, which only the driver takes.
        bind.connection.driver_connection.execute(
            Path(__file__).with_suffix('.sql').read_text(encoding='utf-8')
        )


def downgrade():
    raise NotImplementedError('a run may be sharing its work')
