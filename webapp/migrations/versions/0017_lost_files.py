"""Lost files: an attempt of a file that the bank has not got is taken again, under its own id."""
from alembic import op
import sqlalchemy as sa

from webapp.migrations.tables import add_column, never_changes, refuse, widen

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
SNAPSHOT = (
    'debit_id', 'number', 'end_to_end_id', 'amount_centimes', 'debtor_name', 'mandate_reference',
    'mandate_signed_on',
)
# An attempt changes its file only to live again: nothing was told of it, the file that it leaves
# was taken back and keeps it in its count, and it stood in a lost one, or goes back to its own.
TAKEN_AGAIN = """
    OLD.failed_at IS NOT NULL AND NEW.failed_at IS NULL
    AND OLD.state IS NULL AND NEW.state IS NULL
    AND EXISTS (SELECT 1 FROM bank_files f JOIN earlier_files e ON e.bank_file_id = f.id
        WHERE f.id = OLD.bank_file_id AND f.status = 'superseded' AND e.attempt_id = OLD.id)
    AND EXISTS (SELECT 1 FROM bank_files f JOIN earlier_files e ON e.bank_file_id = f.id
        WHERE e.attempt_id = OLD.id AND (f.lost_at IS NOT NULL OR f.id = NEW.bank_file_id))
    AND EXISTS (SELECT 1 FROM bank_files f
        WHERE f.id = NEW.bank_file_id AND f.status IN ('filling', 'unknown'))"""
WALL, MESSAGE = 'attempts_file_never_changed', 'attempts: file never changed'


def upgrade():
    add_column('bank_files', 'lost_at', 'instant')
    op.create_table(
        'earlier_files',
        sa.Column('id', BigId, nullable=False),
        sa.Column('attempt_id', BigId, nullable=False),
        sa.Column('bank_file_id', BigId, nullable=False),
        sa.ForeignKeyConstraint(['attempt_id'], ['attempts.id'], name=op.f('fk_earlier_files_attempt_id')),
        sa.ForeignKeyConstraint(['bank_file_id'], ['bank_files.id'], name=op.f('fk_earlier_files_bank_file_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_earlier_files')),
        sa.UniqueConstraint('attempt_id', 'bank_file_id', name=op.f('uq_earlier_files_attempt_id_bank_file_id')),
    )
    op.create_index('ix_earlier_files_bank_file_id', 'earlier_files', ['bank_file_id'])
    refuse('earlier_files', 'UPDATE', 'never_changed')
    refuse('earlier_files', 'DELETE', 'never_deleted')
    widen(
        'bank_entries', 'suspense_reason', 'suspensereason',
        'unknown_reference', 'wrong_amount', 'wrong_currency', 'wrong_mandate', 'wrong_creditor',
        'never_sent', 'collected_twice',
    )
    _wall_of_attempts()


def _wall_of_attempts():
    """The file of an attempt has a wall of its own, with one door."""
    sqlite = op.get_bind().dialect.name == 'sqlite'
    on = '' if sqlite else ' ON attempts'
    op.execute(f'DROP TRIGGER attempts_never_changed{on}')
    if not sqlite:
        op.execute('DROP FUNCTION attempts_never_changed()')
    never_changes('attempts', 'never_changed', *SNAPSHOT)
    update = f'TRIGGER {WALL} BEFORE UPDATE OF bank_file_id ON attempts FOR EACH ROW'
    if sqlite:
        op.execute(
            f'CREATE {update} WHEN NEW.bank_file_id IS NOT OLD.bank_file_id '
            f"AND NOT ({TAKEN_AGAIN}) BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    op.execute(
        f'CREATE FUNCTION {WALL}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f'IF NEW.bank_file_id IS DISTINCT FROM OLD.bank_file_id AND NOT ({TAKEN_AGAIN}) THEN '
        f"RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN NEW; END $$"
    )
    op.execute(f'CREATE {update} EXECUTE FUNCTION {WALL}()')


def downgrade():
    raise NotImplementedError('what was lost stays so')
