"""Make ``import addon.messages`` work without a database and without the models.

``addon`` stands for plug4market_connector: its packages are there, but what their
``__init__`` imports is not. A module of it may import hub, nfe, plain modules beside
it, and of Odoo what needs no registry.
"""

import sys
from pathlib import Path
from types import ModuleType

import pytest

ADDON = Path(__file__).parents[2] / "plug4market_connector"


def _bare_package(name, folder):
    """Let Python find the modules of a folder whose ``__init__`` does not run."""
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


_bare_package("addon", ADDON)
_bare_package("addon.models", ADDON / "models")
for room in (ADDON / "models").glob("*/__init__.py"):
    _bare_package(f"addon.models.{room.parent.name}", room.parent)


class Env:
    """What a plain module needs of an environment: words, in English."""

    def _(self, text, *args, **kwargs):
        """The text with its values, as Odoo puts them in: either kind of them."""
        assert not (args and kwargs), text
        return text % (args or kwargs) if args or kwargs else text


@pytest.fixture
def env():
    return Env()
