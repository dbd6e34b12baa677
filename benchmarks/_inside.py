"""A database of its own, opened inside this process: for what HTTP would only blur."""

import contextlib

from devkit import databases, odoo, paths


@contextlib.contextmanager
def open_database(name, template=paths.TEMPLATE_DATABASE):
    """Yield the registry of a copy of the template; it is gone afterwards."""
    database = f"{paths.TEMPLATE_DATABASE}_{name}"
    databases.clone(template, database)
    try:
        with registry_of(database) as registry:
            yield registry
    finally:
        databases.drop(database)


@contextlib.contextmanager
def registry_of(database):
    """Yield the registry of a database, and leave no connection to it behind."""
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", str(odoo.config(database, log_level="critical"))], setup_logging=True
    )
    try:
        yield Registry(database)
    finally:
        from odoo import sql_db

        sql_db.close_all()


@contextlib.contextmanager
def environment(registry, commit=True):
    """Yield the administrator's environment of one transaction."""
    from odoo.api import SUPERUSER_ID, Environment

    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"lang": "pt_BR"})
        yield env
        env.flush_all()
        if not commit:
            cr.rollback()


@contextlib.contextmanager
def counted_statements():
    """Yield a list that gets every SQL statement executed in this block."""
    from odoo.sql_db import Cursor

    execute, statements = Cursor.execute, []

    def counted(cursor, query, *arguments, **options):
        statements.append(query)
        return execute(cursor, query, *arguments, **options)

    Cursor.execute = counted
    try:
        yield statements
    finally:
        Cursor.execute = execute
