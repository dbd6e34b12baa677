"""Build the wheel as `pip wheel . --no-deps` does, without a network."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def copy_source(target):
    """Copy what git knows of the project, so that a build leaves nothing behind."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def build(source, folder):
    """Build the wheel of a source folder without a network; return its path."""
    shutil.rmtree(folder, ignore_errors=True)
    pip("wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder, source)
    (wheel,) = folder.iterdir()
    return wheel


def pip(command, *arguments, python=sys.executable):
    """Run a command of pip, which may use nothing but this machine."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        + ["--python", str(python), command, "--no-index", *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
