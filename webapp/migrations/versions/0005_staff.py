"""Finding employers by name, and what one of the staff did."""
from alembic import op
import sqlalchemy as sa

from webapp.domain.search_key import search_key


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

AT_ONCE = 5_000
OF_STAFF = "actor >= 'staff:' AND actor < 'staff;'"


def upgrade():
    # Constants as defaults first: the rows that are there get their keys below.
    collated = ' COLLATE "C"' if op.get_bind().dialect.name == 'postgresql' else ''
    for column in ('search_ar', 'search_fr'):
        op.execute(
            f"ALTER TABLE employers ADD COLUMN {column} VARCHAR(140){collated} DEFAULT '' NOT NULL"
        )
    _fill()
    op.create_index('ix_employers_search_ar', 'employers', ['search_ar'])
    op.create_index('ix_employers_search_fr', 'employers', ['search_fr'])
    op.create_index(
        'ix_events_of_staff',
        'events',
        ['actor', 'id'],
        sqlite_where=sa.text(OF_STAFF),
        postgresql_where=sa.text(OF_STAFF),
    )


def downgrade():
    op.drop_index('ix_events_of_staff', 'events')
    for column in ('search_ar', 'search_fr'):
        op.drop_index(f'ix_employers_{column}', 'employers')
        op.execute(f'ALTER TABLE employers DROP COLUMN {column}')


def _fill():
    employers = sa.table(
        'employers',
        *(sa.column(name) for name in ('id', 'name_ar', 'name_fr', 'search_ar', 'search_fr')),
    )
    wanted = sa.bindparam('wanted')
    change = sa.update(employers).where(employers.c.id == wanted)
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
            [
                {
                    'wanted': row.id,
                    'search_ar': search_key(row.name_ar),
                    'search_fr': search_key(row.name_fr),
                }
                for row in rows
            ],
        )
        last = rows[-1].id
