"""Build the addon as a wheel: `pip wheel . --no-deps`.

The wheel adds `odoo/addons/plug4market_connector` beside an installed Odoo. `odoo` and
`odoo.addons` are namespace packages, so it must not hold an `__init__.py` of theirs.
"""

import ast
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ADDON = "plug4market_connector"
PACKAGE = f"odoo.addons.{ADDON}"
ROOT = Path(__file__).resolve().parent
SOURCE = ROOT / ADDON


class BuildAnew(build_py):
    """Forget the last build: a file that was removed since must not be in the wheel."""

    def run(self):
        shutil.rmtree(Path(self.build_lib) / "odoo", ignore_errors=True)
        super().run()


def is_part(path):
    """Return whether a file belongs to the addon and is not left over by a tool."""
    parts = path.relative_to(SOURCE).parts
    hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
    return path.is_file() and not hidden and path.suffix not in (".pyc", ".orig")


def dotted(folder):
    """Return the name of the package that a folder of the addon is."""
    return ".".join((PACKAGE, *folder.relative_to(SOURCE).parts))


manifest = ast.literal_eval((SOURCE / "__manifest__.py").read_text(encoding="utf-8"))
files = sorted(path for path in SOURCE.rglob("*") if is_part(path))
packages = {path.parent for path in files if path.name == "__init__.py"}
# Migration scripts are Python but no modules of a package: they are data too.
data = [path for path in files if path.suffix != ".py" or path.parent not in packages]

setup(
    name=f"odoo-addon-{ADDON}",
    version=manifest["version"],
    description=manifest["summary"],
    long_description=(SOURCE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author=manifest["author"],
    license=manifest["license"],
    license_files=["LICENSE"],
    classifiers=[
        "Framework :: Odoo",
        "Framework :: Odoo :: 19.0",
        "Programming Language :: Python :: 3",
    ],
    python_requires=">=3.10",
    install_requires=["odoo==19.0.*"],
    packages=sorted(map(dotted, packages)),
    package_dir={PACKAGE: ADDON},
    package_data={PACKAGE: [path.relative_to(SOURCE).as_posix() for path in data]},
    include_package_data=False,
    zip_safe=False,
    cmdclass={"build_py": BuildAnew},
)
