"""A way to PostgreSQL that can be cut without a word, as a machine that is gone is.

    with Proxy() as proxy, OdooServer("my_clone", db_host=proxy.folder) as odoo:
        proxy.freeze()

Nothing is closed then: PostgreSQL goes on waiting for what Odoo says next.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import paths, processes
from .console import Failure

SOCKET = ".s.PGSQL.5432"
TIMEOUT = 60


class Proxy:
    """Passes on what comes through a socket in a folder of its own."""

    def __init__(self):
        self.folder = None
        self.process = None

    def __enter__(self):
        # A socket's path may have 107 characters only.
        self.folder = tempfile.mkdtemp(prefix="plug4market-pg-")
        self.process = processes.start(
            [paths.PYTHON, "-m", "devkit.proxy", self.folder, os.environ["PGHOST"]],
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + TIMEOUT
        while not Path(self.folder, SOCKET).exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise Failure("The way to PostgreSQL was not opened.")
            time.sleep(0.05)
        return self

    def __exit__(self, *error):
        processes.stop(self.process, patience=None)
        shutil.rmtree(self.folder, ignore_errors=True)

    def freeze(self):
        """Pass nothing on any more, in either direction, and close nothing."""
        os.killpg(self.process.pid, signal.SIGSTOP)


async def serve(folder, target):
    """Pass on what comes, until the process is ended."""

    async def join(reader, writer):
        there = await asyncio.open_unix_connection(Path(target, SOCKET))
        await asyncio.gather(pass_on(reader, there[1]), pass_on(there[0], writer))

    async with await asyncio.start_unix_server(join, Path(folder, SOCKET)) as server:
        await server.serve_forever()


async def pass_on(reader, writer):
    """Write what is read until there is nothing more."""
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
