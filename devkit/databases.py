"""The databases: a Brazilian base made once, and its clones for the demo and the tests.

What a database was made from is kept as its comment in PostgreSQL, so that one that was
interrupted half-way, or made by an older version of this code, is recognised.
"""

import contextlib
import hashlib
import os
import shutil
import time

from . import locks, odoo, paths, postgres
from .console import Failure, say, step

BASE_MODULES = (
    "l10n_br",
    "sale_management",
    "sale_stock",
    "stock_delivery",
    "base_address_extended",
)
EXTENSIONS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    "ALTER FUNCTION unaccent(text) IMMUTABLE",
)


def exists(name):
    """Return whether a database of that name exists."""
    return bool(postgres.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def create(name):
    """Create an empty database with what Odoo wants."""
    embedded = postgres.is_embedded()
    kind = "LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'" if embedded else "LC_COLLATE 'C'"
    postgres.sql(
        f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' {kind}"
    )
    user = {"PGUSER": "postgres"} if embedded else {}
    for statement in EXTENSIONS:
        postgres.try_sql(statement, name, **user)


def clone(source, target):
    """Make `target` a copy of `source`, with its files; replaces an older `target`.

    Nobody may be connected to either of them.
    """
    drop(target)
    _when_unused(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    files = filestore(source)
    if files.exists():
        shutil.copytree(files, filestore(target), copy_function=_link)


def drop(name):
    """Drop a database and its files, if it exists; nobody may be connected to it."""
    _when_unused(f'DROP DATABASE IF EXISTS "{name}"')
    shutil.rmtree(filestore(name), ignore_errors=True)


def filestore(name):
    """Return the folder of a database's attachments."""
    return paths.DATA / "filestore" / name


def ensure_base():
    """Make the template of all other databases, once for each version of its recipe."""
    name, script = paths.BASE_DATABASE, "base_company.py"
    with made_once(name, fingerprint(script, *BASE_MODULES)) as missing:
        if missing:
            with step("Making the base database (a minute or two, once)"):
                drop(name)
                create(name)
                odoo.install(name, BASE_MODULES, "--load-language=pt_BR")
                odoo.run_script(name, script)


@contextlib.contextmanager
def made_once(name, made_from):
    """Yield whether a template database must be made; one command at a time.

    It counts as made when the block ends, and until `made_from` is something else.
    """
    with locks.exclusive(name, f"Another ./dev command makes {name}."):
        missing = not exists(name) or _comment(name) != made_from
        yield missing
        if missing:
            _set_comment(name, made_from)


def ensure_demo_clone():
    """Have a demo database, if only a copy of the base without the addon."""
    ensure_base()
    with locks.exclusive("demo"):
        if not exists(paths.DEMO_DATABASE):
            clone(paths.BASE_DATABASE, paths.DEMO_DATABASE)


def ensure_demo():
    """Have a demo database with the addon as it is now and a catalogue."""
    ensure_demo_clone()
    name = paths.DEMO_DATABASE
    wanted = _addon_fingerprint()
    with locks.exclusive("demo"):
        state = _comment(name)
        if state == wanted:
            return
        if state:
            with step("Updating the addon in the demo database"):
                odoo.update(name, paths.ADDON)
        else:
            with step("Making the demo database"):
                odoo.install(name, [paths.ADDON])
                odoo.run_script(name, "demo_catalogue.py")
        _set_comment(name, wanted)


def make_test():
    """Make the test database anew; fail when the addon's installation complains."""
    ensure_base()
    name = paths.TEST_DATABASE
    with step("Installing the addon into the test database"):
        clone(paths.BASE_DATABASE, name)
        log = odoo.install(name, [paths.ADDON])
    found = odoo.complaints(log, name, "plug4market")
    if found:
        say("\n".join(found))
        raise Failure(
            f"Installing the addon logged {len(found)} complaint(s), see {log}."
        )
    # pytest stays connected to the first; tests with servers of their own clone this.
    clone(name, paths.TEMPLATE_DATABASE)


def _when_unused(statement, patience=60):
    """Run a statement that nobody's connection may hinder; backends end a bit late."""
    deadline = time.monotonic() + patience
    error = postgres.try_sql(statement)
    while error and "being accessed" in error and time.monotonic() < deadline:
        time.sleep(0.2)
        error = postgres.try_sql(statement)
    if error:
        hint = " Stop what uses it first." if "being accessed" in error else ""
        raise Failure(f"PostgreSQL refused `{statement}`: {error}.{hint}")


def _link(source, target):
    """Copy a file of the filestore, where files never change, by a hard link."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _comment(name):
    return postgres.sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        f"WHERE datname = '{name}'"
    )


def _set_comment(name, text):
    postgres.sql(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")


def fingerprint(script, *parts):
    """Return a hash of what a database is made from: a script, modules, this Odoo."""
    text = "\n".join(((paths.SCRIPTS / script).read_text(), *parts, odoo.version()))
    return hashlib.sha256(text.encode()).hexdigest()


def _addon_fingerprint():
    """Return a hash of the files that an update of the addon reads into a database."""
    digest = hashlib.sha256()
    for path in sorted((paths.ROOT / paths.ADDON).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            with contextlib.suppress(OSError):
                digest.update(f"{path}\n".encode() + path.read_bytes())
    return digest.hexdigest()
