"""Locks between `./dev` commands that run at the same time.

They are file locks: the kernel frees them with the process, however it ends.
"""

import contextlib
import fcntl

from . import paths
from .console import say


@contextlib.contextmanager
def exclusive(name, waiting=None):
    """Hold a lock that one command has at a time; `waiting` is said before a wait."""
    with _open(name) as file:
        if not try_exclusive(file):
            if waiting:
                say(waiting)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def shared(name):
    """Hold a lock together with others; yields the file, for `try_exclusive`."""
    with _open(name) as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield file


def try_exclusive(file):
    """Return whether nobody else holds the lock, which is then ours alone."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(name):
    paths.LOCKS.mkdir(parents=True, exist_ok=True)
    return (paths.LOCKS / name).open("w")
