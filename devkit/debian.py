"""Packages of Debian, unpacked without touching the machine; and Chromium.

Odoo 19 is not on the Python index, but in Debian's unstable suite. An apt state of our
own asks the mirror that this machine already uses, so no root is needed and apt's own
keys check what comes.
"""

import os
import re
import shutil
from pathlib import Path

from . import paths, processes
from .console import Failure, step

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SUITES = ("sid", "bookworm")
HINT = (
    "Point ODOO_SOURCE at an Odoo 19 of your own (a source checkout, or the folder "
    "that holds `odoo/`) to do without it."
)


def unpack(packages, target):
    """Download packages ("name" or "name/suite") and unpack them into a folder."""
    options = _apt_options()
    downloads = paths.DEV / "apt" / "downloads"
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir(parents=True)
    processes.run(
        ["apt-get", *options, "download", *packages],
        failure=f"Debian's packages cannot be downloaded ({HINT}) apt says",
        cwd=downloads,
    )
    target.mkdir(parents=True, exist_ok=True)
    for archive in sorted(downloads.glob("*.deb")):
        processes.run(
            ["dpkg-deb", "-x", archive, target], failure=f"{archive} cannot be unpacked"
        )
    shutil.rmtree(downloads)


def _apt_options():
    """Make the apt state of our own, once a command, and return what selects it."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Failure(f"Odoo comes from Debian, but this machine has no apt. {HINT}")
    if not KEYRING.exists():
        raise Failure(f"Odoo comes from Debian, but {KEYRING} is missing. {HINT}")
    state = paths.DEV / "apt"
    sources = state / "sources.list"
    options = [
        "-q",
        f"-oDir::Etc::SourceList={sources}",
        "-oDir::Etc::SourceParts=-",
        f"-oDir::State::Lists={state / 'lists'}",
        f"-oDir::Cache={state / 'cache'}",
        "-oAcquire::Languages=none",
        "-oAPT::Sandbox::User=root",
    ]
    if not sources.exists():
        for folder in ("lists/partial", "cache/archives/partial"):
            (state / folder).mkdir(parents=True, exist_ok=True)
        uri = _mirror()
        lines = [f"deb [signed-by={KEYRING}] {uri} {suite} main\n" for suite in SUITES]
        draft = sources.with_suffix(".new")
        draft.write_text("".join(lines))
        draft.rename(sources)
    processes.run(
        ["apt-get", *options, "-oAPT::Update::Error-Mode=any", "update"],
        failure=f"Debian's mirror cannot be read ({HINT}) apt says",
    )
    return options


def _mirror():
    """Return the address of the Debian mirror in the machine's own apt set-up."""
    known = processes.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
        + ["Created-By: Packages", "Label: Debian"]
    )
    planned = processes.run(["apt-get", "--print-uris", "update"])
    addresses = re.findall(r"'(\S+?)/dists/[^/']+/InRelease'", planned.stdout)
    candidates = known.stdout.split() + [
        address for address in addresses if address.endswith("/debian")
    ]
    if not candidates:
        raise Failure(f"apt on this machine names no mirror of Debian. {HINT}")
    return candidates[0]


def chromium():
    """Return the path of Chromium, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


def ensure_chromium():
    """Install Chromium through apt when it is missing: browser tests need it."""
    if chromium():
        return
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    manual = "Install it (`apt-get install chromium`) and start again."
    if not shutil.which("apt-get") or (prefix and not _has_sudo()):
        raise Failure(
            "The browser tests need Chromium, which is not installed, and this user "
            f"cannot install it. {manual}"
        )
    with step("Installing Chromium for the browser tests"):
        apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
        failure = f"The browser tests need Chromium. {manual} apt says"
        processes.run([*apt, "update"], failure=failure)
        processes.run(
            [*apt, "install", "-y", "--no-install-recommends", "chromium"]
            + ["fonts-liberation"],
            failure=failure,
        )
    if not chromium():
        raise Failure(f"apt installed Chromium, yet it is not on the PATH. {manual}")


def _has_sudo():
    return (
        bool(shutil.which("sudo"))
        and not processes.run(["sudo", "-n", "true"]).returncode
    )
