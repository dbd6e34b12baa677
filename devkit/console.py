"""What the developer reads: steps, and failures in one sentence."""

import contextlib
import time


class Failure(Exception):
    """Something the developer can mend; `./dev` prints it and exits with 1."""


def say(text):
    """Print one line at once, also when the output is a pipe."""
    print(text, flush=True)


@contextlib.contextmanager
def step(text):
    """Announce a step that takes a while, and say how long it took."""
    say(f"==> {text} ...")
    start = time.monotonic()
    yield
    say(f"    done in {time.monotonic() - start:.0f} s")
