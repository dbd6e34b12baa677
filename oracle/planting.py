"""Plants a fault in the connector: one line of code that somebody might have written.

A name that is patched and is not there any more raises an error: the fault must follow
the code.
"""

from contextlib import contextmanager
from importlib import import_module
from unittest.mock import patch

ADDON = "odoo.addons.plug4market_connector"


@contextmanager
def planted(fault):
    """Have the connector with this fault, for the block.

    :param fault: what it replaces, and what makes the other of the right one
    """
    path, make = fault
    where, name = path.rsplit(".", 1)
    with patch(path, make(getattr(_named(where), name))):
        yield


def _named(path):
    """The module, or the class in a module, of this path."""
    try:
        return import_module(path)
    except ModuleNotFoundError:
        module, name = path.rsplit(".", 1)
        return getattr(import_module(module), name)
