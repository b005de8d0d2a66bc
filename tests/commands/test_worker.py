"""Workers need PostgreSQL: on the embedded database one machine does everything."""

from __future__ import annotations

from flask.testing import FlaskCliRunner


def test_on_sqlite_the_worker_says_what_it_needs(cli: FlaskCliRunner) -> None:
    result = cli.invoke(args=["worker"])
    assert result.exit_code == 1
    assert "DATABASE_URL" in result.output
    assert "workers need PostgreSQL" in result.output
