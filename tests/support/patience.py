"""How long a test waits for what it needs, on however slow a machine."""

import time

# Seconds after which what a test waits for is taken never to come. Only a failure
# takes that long: a wait ends as soon as it sees what it waits for.
PATIENCE = 300


def wait_until(look, what="what it waits for", seconds=PATIENCE):
    """Return the first true value of ``look()``; fail when none comes in time."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{seconds} seconds passed without {what}"
        time.sleep(0.05)
    return found
