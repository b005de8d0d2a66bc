"""What each employer calls who acts for it: nobody reads there what another employer typed."""
from alembic import op

from webapp.migrations.tables import add_column


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    add_column('delegations', 'name', "VARCHAR(140) DEFAULT '' NOT NULL")
    op.execute(
        'UPDATE delegations SET name ='
        ' (SELECT persons.name FROM persons WHERE persons.id = delegations.person_id)'
    )


def downgrade():
    raise NotImplementedError('what people are called stays')
