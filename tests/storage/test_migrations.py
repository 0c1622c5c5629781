"""Every step of the schema goes up and down with data in it, and says what the program says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from storage import migrating
from storage.columns import UtcDateTime
from storage.database import open_store
from storage.errors import Unavailable
from storage.settings import Settings, load_settings
from storage.tables import metadata
from storage.unit_of_work import Unit
from tests.storage import rows
from tests.storage.conftest import Clock, OpenStore

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture
def empty(empty_url: str) -> Settings:
    """Settings that name an empty database."""
    return load_settings({"CONCERN_DATABASE_URL": empty_url})


def snapshot(connection: Connection) -> dict[str, Any]:
    """Everything that stands in the schema, as the engine itself tells it."""
    seen = inspect(connection)
    return {
        table: {
            "columns": [(one["name"], str(one["type"]), one["nullable"]) for one in seen.get_columns(table)],
            "key": seen.get_pk_constraint(table)["constrained_columns"],
            "indexes": sorted(
                (str(one["name"]), str(one["column_names"])) for one in seen.get_indexes(table)
            ),
            "unique": sorted(str(one["column_names"]) for one in seen.get_unique_constraints(table)),
            "foreign": sorted(str(one["constrained_columns"]) for one in seen.get_foreign_keys(table)),
            "checks": sorted(str(one["name"]) for one in seen.get_check_constraints(table)),
        }
        for table in sorted(seen.get_table_names())
        if table != "alembic_version"
    }


def test_revisions_are_one_line() -> None:
    """The revisions are numbered without a gap, and each follows the one before it."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrating.SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [migrating.revisions()[-1]]
    line = [script.revision for script in scripts.walk_revisions()][::-1]
    assert line == migrating.revisions() == [f"{n:04d}" for n in range(1, len(line) + 1)]


def test_migrations_make_what_the_program_expects(empty_url: str) -> None:
    """Nothing in the schema differs from the tables of the code, checks included, which no tool compares."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def same_type(_c: object, _a: object, _b: object, _found: object, wanted: object) -> bool | None:
        return False if isinstance(wanted, UtcDateTime) else None

    with migrating.locked(empty_url) as connection:
        migrating.upgrade(connection, "head")
        context = MigrationContext.configure(connection, opts={"compare_type": same_type})
        assert compare_metadata(context, metadata) == []
        by_steps = snapshot(connection)
        migrating.downgrade(connection, "base")
        metadata.create_all(connection)
        assert by_steps == snapshot(connection)


def test_up_and_down_and_up_again_is_the_same(empty_url: str) -> None:
    """Each revision goes down to where it came from, and up to the same schema."""
    with migrating.locked(empty_url) as connection:
        nothing = snapshot(connection)
        stages = {"base": nothing}
        for revision in migrating.revisions():
            migrating.upgrade(connection, revision)
            stages[revision] = snapshot(connection)
        for revision in ["base", *migrating.revisions()][-2::-1]:
            migrating.downgrade(connection, revision)
            assert snapshot(connection) == stages[revision]
        migrating.upgrade(connection, "head")
        assert snapshot(connection) == stages[migrating.revisions()[-1]]


async def test_a_database_with_data_goes_down_and_up(
    empty: Settings, empty_url: str, opened: OpenStore
) -> None:
    """A full database can be taken down to nothing and up again; then it works as a new one."""
    store = await opened(empty)

    def fill(unit: Unit) -> None:
        unit.conversations.add(rows.conversation())
        unit.identities.put(rows.identity(rows.filed(unit)))
        amal = rows.officer()
        unit.officers.add(amal)
        unit.teams.add(rows.team(), [rows.team_wrap(amal)])
        unit.sessions.add(rows.session(amal))
        unit.audit.add("start", "system")

    await store.do(fill)
    before = store.deployment
    await store.close()
    with migrating.locked(empty_url) as connection:
        migrating.downgrade(connection, "base")
        assert snapshot(connection) == {}
    again = await opened(empty)
    await again.do(fill)
    assert again.deployment != before


async def test_a_newer_schema_is_refused_untouched(empty: Settings, empty_url: str, clock: Clock) -> None:
    """A database that a newer program has migrated is not opened, and not changed."""
    await (await open_store(empty, "bot", clock)).close()
    with migrating.locked(empty_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="newer"):
        await open_store(empty, "bot", clock)
    with migrating.locked(empty_url) as connection:
        assert migrating.revision(connection) == "9999"


def test_both_doors_may_start_at_once(empty_url: str) -> None:
    """Four processes that open an empty database together all open the same one."""
    program = (
        "import asyncio, sys\n"
        "from storage.database import open_store\n"
        "from storage.settings import load_settings\n"
        "async def main():\n"
        "    store = await open_store(load_settings({'CONCERN_DATABASE_URL': sys.argv[1]}), sys.argv[2])\n"
        "    await store.do(lambda unit: unit.audit.add('start', 'system'))\n"
        "    print(store.deployment.hex())\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
    )
    doors = [
        subprocess.Popen(
            [sys.executable, "-c", program, empty_url, door], stdout=subprocess.PIPE, text=True, cwd=TOP
        )
        for door in ("bot", "admin", "bot", "admin")
    ]
    said = [door.communicate(timeout=60)[0] for door in doors]
    assert [door.returncode for door in doors] == [0] * 4
    assert len(set(said)) == 1
    assert len(said[0].strip()) == 32


def test_a_migration_that_is_killed_leaves_nothing_half_made(tmp_path: Path) -> None:
    """Killed in the middle of its first migration, the database is as empty as before, and the next start
    makes it.
    """
    url = f"sqlite:///{tmp_path}/store.db"
    program = (
        "import os, signal, sys\n"
        "from storage import migrating, sqlite\n"
        "from alembic import op\n"
        "made = op.create_table\n"
        "def create(*a, **k):\n"
        "    if a[0] == 'outbox':\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return made(*a, **k)\n"
        "op.create_table = create\n"
        "sqlite.make_private(sqlite.path_of(sys.argv[1]))\n"
        "migrating.migrate(sys.argv[1])\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, url], cwd=TOP, check=False)
    assert killed.returncode == -9
    with migrating.locked(url) as connection:
        assert snapshot(connection) == {}
    assert len(migrating.migrate(url)) == 16


def test_a_second_start_is_quick_and_imports_no_migration_tool(tmp_path: Path) -> None:
    """At its head, a database is opened without alembic, in a fraction of a second."""
    url = f"sqlite:///{tmp_path}/store.db"
    program = (
        "import asyncio, sys\n"
        "from storage.database import open_store\n"
        "from storage.settings import load_settings\n"
        "import time\n"
        "began = time.perf_counter()\n"
        "async def main():\n"
        "    store = await open_store(load_settings({'CONCERN_DATABASE_URL': sys.argv[1]}), 'bot')\n"
        "    print(time.perf_counter() - began, 'alembic' in sys.modules)\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program, url], cwd=TOP, check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    ]
    assert said[0].endswith("True\n")
    took, imported = said[1].split()
    assert imported == "False"
    assert float(took) < 1.0


def test_no_migration_names_a_type_of_ours() -> None:
    """Migrations stand by themselves: they import nothing of the program, which will change."""
    for path in (migrating.SCRIPTS / "versions").glob("*.py"):
        assert "storage" not in path.read_text(), path.name


def test_every_sealed_column_says_what_binds_it() -> None:
    """The register of sealed columns and the schema name the same ones."""
    from storage.sealing import SEALED

    found = {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns}
    assert {name for name in found if name.split(".")[1].startswith("sealed_")} == set(SEALED)


def test_clear_times_of_a_case_are_named_by_the_hour() -> None:
    """What a clear column of a case says about time, it says by the hour, or it is an officer's own doing."""
    times = {
        column.name for column in metadata.tables["cases"].columns if isinstance(column.type, UtcDateTime)
    }
    assert times == {"filed_hour", "waiting_hour", "closed_hour", "held_until"}
