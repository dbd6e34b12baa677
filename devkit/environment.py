"""The Python environment in .dev/venv, and the order in which all is made ready."""

import hashlib
import os
import shutil
import sys

from . import debian, locks, odoo, paths, processes
from .console import Failure, say, step

SUPPORTED = ((3, 11), (3, 13))
UV = "uv==0.13.9"
NEEDED_BYTES = 3 * 1024**3


def ensure():
    """Make everything ready that does not need a database; nothing when it is."""
    check_python()
    waiting = "Another ./dev command is setting up; waiting for it."
    with locks.exclusive("setup", waiting):
        source = odoo.own_source()
        packages = _requirements_fingerprint()
        venv_missing = read_stamp("venv") != packages
        odoo_missing = not source and read_stamp("odoo") is None
        if venv_missing or odoo_missing:
            check_disk()
        if venv_missing:
            with step("Installing the Python packages into .dev/venv"):
                _make_venv()
            write_stamp("venv", packages)
        if odoo_missing:
            with step("Downloading Odoo 19 from Debian (130 MB)"):
                odoo.download()
            write_stamp("odoo", odoo.version())
        if odoo.link():
            say(f"    Odoo {odoo.version()} in {odoo.source()}")


def check_python():
    """Fail on a Python that Odoo 19 does not run on."""
    low, high = SUPPORTED
    if not low <= sys.version_info[:2] <= high:
        raise Failure(
            f"Odoo 19 needs Python {low[0]}.{low[1]} to {high[0]}.{high[1]}, this is "
            f"{sys.version.split()[0]}: start it with another one, for example "
            "`python3.11 dev run`."
        )


def check_disk():
    """Fail when there is no room for what is about to be downloaded."""
    paths.DEV.mkdir(exist_ok=True)
    free = shutil.disk_usage(paths.DEV).free
    if free < NEEDED_BYTES:
        raise Failure(
            f"Only {free / 1024**3:.1f} GB are free where {paths.DEV} lies, 3 GB are "
            "needed: free some space and start again."
        )


def read_stamp(name):
    """Return what the last successful making of a part was made from."""
    stamp = paths.STAMPS / name
    return stamp.read_text() if stamp.exists() else None


def write_stamp(name, value):
    """Record what a part has been made from."""
    paths.STAMPS.mkdir(parents=True, exist_ok=True)
    (paths.STAMPS / name).write_text(value)


def _requirements_fingerprint():
    digest = hashlib.sha256(f"{sys.version_info[:2]} {paths.DEV} {UV}".encode())
    for path in sorted(paths.REQUIREMENTS.glob("*.txt")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _make_venv():
    shutil.rmtree(paths.VENV, ignore_errors=True)
    pip = [paths.PYTHON, "-m", "pip"]
    create = [sys.executable, "-m", "venv", paths.VENV]
    if processes.run([sys.executable, "-c", "import ensurepip"]).returncode:
        pip = [paths.PYTHON, _pip_of_debian()]
        create.append("--without-pip")
    processes.run(create, failure="The virtual environment cannot be made")
    files = [
        part
        for path in sorted(paths.REQUIREMENTS.glob("*.txt"))
        for part in ("-r", path)
    ]
    failure = "The Python packages cannot be installed (is there a network?)"
    if processes.run([*pip, "install", "-q", UV]).returncode == 0:
        uv = [paths.VENV / "bin" / "uv", "pip", "install", "-q"]
        environment = {
            **os.environ,
            "VIRTUAL_ENV": str(paths.VENV),
            "UV_CACHE_DIR": str(paths.DEV / "cache" / "uv"),
        }
        if processes.run([*uv, *files], env=environment).returncode == 0:
            return
    processes.run([*pip, "install", "-q", *files], failure=failure)


def _pip_of_debian():
    """Return a pip to run, for Debian's Python without the package python3-venv."""
    target = paths.DEV / "pip"
    debian.unpack(["python3-pip-whl"], target)
    wheel = next(target.glob("usr/share/python-wheels/pip-*.whl"), None)
    if wheel is None:
        raise Failure("Python has no pip here: install the package python3-venv.")
    return wheel / "pip"
