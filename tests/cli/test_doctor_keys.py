"""`mdg doctor` on the keys of the API."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from mdg_cli.stack.doctor import Level, _keys
from mdg_core.settings import ServerSettings, Settings
from mdg_core.store import keys
from mdg_core.store.connect import Connection


@pytest.mark.parametrize(
    ("host", "database", "level", "said"),
    [
        ("127.0.0.1", True, Level.OK, "none: the API answers to this machine alone"),
        ("0.0.0.0", True, Level.PROBLEM, "none, and server.host is 0.0.0.0"),
        ("0.0.0.0", False, Level.WARNING, "are not seen"),
    ],
)
def test_no_key(conn: Connection, database_url: str, host: str, database: bool, level: Level, said: str) -> None:
    url = database_url if database else "postgresql://mdg@127.0.0.1:9/mdg"
    finding = _keys(Settings(database_url=url, server=ServerSettings(host=host)))
    assert finding.level is level
    assert said in finding.message


def test_who_has_one(conn: Connection, database_url: str) -> None:
    keys.add(conn, "studio", "generate")
    settings = Settings(
        database_url=database_url, api_keys=[SecretStr("x" * 40)], server=ServerSettings(host="0.0.0.0")
    )
    finding = _keys(settings)
    assert (finding.level, finding.message) == (Level.OK, "1 of the settings (admin), studio (generate)")
