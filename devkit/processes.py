"""Start programs so that nothing stays behind when `./dev` is stopped."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from .console import Failure

PR_SET_CHILD_SUBREAPER = 36


def stop_on_signals():
    """Make SIGTERM and SIGHUP end `./dev` like Ctrl-C, through every `finally`."""

    def interrupt(number, frame):
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def adopt_orphans():
    """Become the parent of programs whose own parent ended, as the server's starter.

    Then `reap` can collect them when they end; the first process of a container often
    does not, and they would stay in the process table. Only Linux knows this.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap():
    """Collect children that have ended; only when no Popen is waiting any more."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def start(command, **options):
    """Start a program in a process group of its own (see `stop`)."""
    return subprocess.Popen(
        [str(part) for part in command], start_new_session=True, **options
    )


def stop(process, patience=60):
    """End a program started by `start`, with all of its children.

    Without patience it is not asked to end, but killed.
    """
    with contextlib.suppress(ProcessLookupError):
        if patience is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run(command, failure=None, **options):
    """Run a program to its end and return what it printed.

    With `failure`, a non-zero exit raises that sentence and the program's last words.
    Without it the completed process is returned as it is.
    """
    options = {
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
        "errors": "replace",
        **options,
    }
    text = options.pop("input", None)
    if text is not None:
        options["stdin"] = subprocess.PIPE
    else:
        options.setdefault("stdin", subprocess.DEVNULL)
    try:
        process = start(command, **options)
    except FileNotFoundError as error:
        raise Failure(f"{failure or 'A program is missing'}: {error}.") from None
    try:
        output, errors = process.communicate(text)
    finally:
        stop(process)
    if failure is None:
        return subprocess.CompletedProcess(
            command, process.returncode, output or "", errors or ""
        )
    if process.returncode:
        raise Failure(f"{failure}: {last_words(errors or output or '')}")
    return output


def last_words(text, default="no reason was given."):
    """Return the line of an output that most likely says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [
        line for line in lines if line.lower().startswith(("e:", "error", "fatal"))
    ]
    return (telling or lines or [default])[-1]


def run_logged(command, log, failure, **options):
    """Run a program with its output in a file; name the file when it fails."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = run(command, stdout=output, stderr=subprocess.STDOUT, **options)
    if process.returncode:
        raise Failure(f"{failure}. The end of {log}:\n{tail(log)}")


def tail(log, lines=25):
    """Return the last lines of a log file, indented."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def free_port():
    """Return a TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def check_port(port, what, option):
    """Fail when the port is taken, and say which option changes it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failure(
                f"Port {port} of 127.0.0.1, wanted for {what}, cannot be used "
                f"({error.strerror}): stop what uses it or choose another one with "
                f"{option}."
            ) from None


def wait_for_http(url, process, timeout, what, log):
    """Wait until the address answers with success, as long as the process lives."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failure(
                f"{what} stopped at its start. The end of {log}:\n{tail(log)}"
            )
        try:
            with urllib.request.urlopen(url, timeout=timeout):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Failure(
        f"{what} does not answer at {url} after {timeout} seconds. "
        f"The end of {log}:\n{tail(log)}"
    )
