"""`rapport db backup` and `restore`: a copy of one moment, and everything as it was then."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from lti_app.audit.models import AuditEvent
from lti_app.bridge.restored import find_sending_hold
from lti_app.core.db import Database
from lti_app.core.db.backup import BackupError, back_up, restore
from lti_app.grading.models import ScoreDelivery
from lti_app.lti.models import Platform
from lti_app.web.models import LaunchSession
from tests.conftest import FrozenClock
from tests.grading.owing import make_ledger
from tests.peers.operator import RunOn
from tests.peers.world import World


def put_back(run_on: RunOn, database: Database, file: Path) -> str:
    # The test's own pool counts as somebody who uses the database.
    database.dispose()
    done = run_on("db", "restore", str(file), "--yes")
    assert done.exit_code == 0, done.output
    return done.output


def points(database: Database) -> list[str]:
    with database.read() as session:
        found = session.scalars(select(ScoreDelivery.wanted_points).order_by(ScoreDelivery.id))
        return [f"{value.normalize():f}" for value in found if value is not None]


def test_what_came_after_the_backup_is_gone_after_the_restore(
    run_on: RunOn, database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    ledger = make_ledger(database, clock)
    before = points(database)
    run_on("db", "backup", str(tmp_path / "copy"))
    ledger.grade("0.5")
    changed = points(database)

    put_back(run_on, database, tmp_path / "copy")

    assert points(database) == before
    assert changed != before
    assert run_on("db", "check").exit_code == 0


def test_a_restored_database_numbers_its_rows_on(
    run_on: RunOn, database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    make_ledger(database, clock)
    run_on("db", "backup", str(tmp_path / "copy"))

    put_back(run_on, database, tmp_path / "copy")
    with database.write() as session:
        session.add(
            Platform(
                name="LMS",
                issuer="https://other.test",
                client_id="c",
                auth_url="https://other.test/a",
                token_url="https://other.test/t",
                jwks_url="https://other.test/j",
                created_at=clock(),
            )
        )

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Platform)) == 2


def test_sending_is_held_and_nobody_is_signed_in_after_a_restore(
    run_on: RunOn, database: Database, world: World, tmp_path: Path
) -> None:
    world.visitor(world.platform())
    run_on("db", "backup", str(tmp_path / "copy"))

    told = put_back(run_on, database, tmp_path / "copy")

    with database.read() as session:
        hold = find_sending_hold(session)
        signed_in = session.scalar(select(func.count()).select_from(LaunchSession))
    assert hold is not None
    assert (hold.reason_code, hold.seen_at, signed_in) == ("restored", None, 0)
    assert "rapport scores differences" in told


def test_both_are_written_down(
    run_on: RunOn, database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    run_on("db", "backup", str(tmp_path / "copy"))
    put_back(run_on, database, tmp_path / "copy")

    with database.read() as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["database.backed_up", "database.restored"]


def test_only_its_owner_can_read_a_backup_and_it_replaces_none(
    run_on: RunOn, tmp_path: Path
) -> None:
    file = tmp_path / "copy"
    run_on("db", "backup", str(file))

    again = run_on("db", "backup", str(file))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert again.exit_code == 1
    assert "exists already" in again.output
    assert sorted(path.name for path in tmp_path.iterdir() if "copy" in path.name) == ["copy"]


def test_a_file_that_is_no_backup_changes_nothing(
    run_on: RunOn, database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    make_ledger(database, clock)
    (tmp_path / "letter").write_text("Dear reader")
    database.dispose()

    refused = run_on("db", "restore", str(tmp_path / "letter"), "--yes")

    assert refused.exit_code == 1
    assert "is not a backup" in refused.output
    assert len(points(database)) == 1


def test_a_damaged_backup_changes_nothing(
    run_on: RunOn, database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    make_ledger(database, clock)
    file = tmp_path / "copy"
    run_on("db", "backup", str(file))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) * 2 // 3])
    database.dispose()

    refused = run_on("db", "restore", str(file), "--yes")

    assert refused.exit_code == 1, refused.output
    assert "Traceback" not in refused.output
    assert len(points(database)) == 1


def test_a_backup_of_another_version_is_refused(
    run_on: RunOn, database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    with database.read() as session:
        revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '20990101_next'"))
    run_on("db", "backup", str(tmp_path / "copy"))
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    database.dispose()

    refused = run_on("db", "restore", str(tmp_path / "copy"), "--yes")

    assert refused.exit_code == 1
    assert "20990101_next" in refused.output


def test_an_operator_who_says_no_changes_nothing(
    run_on: RunOn, database: Database, clock: FrozenClock, tmp_path: Path
) -> None:
    make_ledger(database, clock)
    run_on("db", "backup", str(tmp_path / "copy"))

    assert run_on("db", "restore", str(tmp_path / "copy")).exit_code == 1
    with database.read() as session:
        assert find_sending_hold(session) is None


@pytest.mark.postgresql
def test_a_database_in_use_is_not_replaced(postgresql_database: Database, tmp_path: Path) -> None:
    back_up(postgresql_database, tmp_path / "copy")
    other = Database(postgresql_database.url.render_as_string(hide_password=False))

    with other.read() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(BackupError, match="database_in_use"):
            restore(postgresql_database, tmp_path / "copy")
    other.dispose()


@pytest.mark.postgresql
def test_each_kind_of_database_refuses_the_others_backup(
    sqlite_database: Database, postgresql_database: Database, tmp_path: Path
) -> None:
    for database, other in (
        (sqlite_database, postgresql_database),
        (postgresql_database, sqlite_database),
    ):
        file = tmp_path / database.url.get_backend_name()
        back_up(database, file)

        with pytest.raises(BackupError, match="other_database"):
            restore(other, file)


@pytest.mark.postgresql
def test_a_missing_program_of_postgresql_is_named(
    postgresql_database: Database,
    run_on: RunOn,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    done = run_on("db", "backup", str(tmp_path / "copy"))

    if database.is_sqlite:
        assert done.exit_code == 0, done.output
    else:
        assert done.exit_code == 1
        assert "postgresql-client" in done.output
        assert not (tmp_path / "copy").exists()
