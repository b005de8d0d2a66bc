"""Terms of channels: how names are written, how files travel; a file keeps its layout."""
from alembic import op

from webapp.migrations.tables import add_column, never_changes


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

PROFILE = "VARCHAR(20) DEFAULT 'as_written' NOT NULL"
PROFILES = "name_profile IN ('as_written', 'latin')"


def upgrade():
    add_column('channels', 'name_profile', PROFILE, check=('ck_channels_nameprofile', PROFILES))
    add_column(
        'channels', 'transport', "VARCHAR(20) DEFAULT 'folder' NOT NULL",
        check=('ck_channels_transportkind', "transport IN ('folder', 'sftp')"),
    )
    add_column('channels', 'sftp_host', "VARCHAR(253) DEFAULT '' NOT NULL")
    add_column('channels', 'sftp_port', 'INTEGER DEFAULT 22 NOT NULL')
    add_column('channels', 'sftp_user', "VARCHAR(64) DEFAULT '' NOT NULL")
    add_column('channels', 'sftp_folder', "VARCHAR(255) DEFAULT '' NOT NULL")
    add_column('channels', 'sftp_host_key', "VARCHAR(1000) DEFAULT '' NOT NULL")
    add_column('bank_files', 'message_format', "VARCHAR(20) DEFAULT 'pain.008.001.08' NOT NULL")
    add_column('bank_files', 'name_profile', PROFILE, check=('ck_bank_files_nameprofile', PROFILES))
    op.execute(
        'UPDATE bank_files SET message_format = '
        '(SELECT message_format FROM channels WHERE channels.id = bank_files.channel_id)'
    )
    never_changes('bank_files', 'layout_never_changed', 'message_format', 'name_profile')


def downgrade():
    raise NotImplementedError('a file keeps its layout')
