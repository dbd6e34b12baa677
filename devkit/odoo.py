"""Which Odoo 19 is used, and how it is called."""

import os
import re
import sys
from pathlib import Path

from . import debian, paths, processes
from .console import Failure, say

DOWNLOADED = paths.ODOO / "usr" / "lib" / "python3" / "dist-packages"
SCRIPT = paths.SCRIPTS / "odoo-bin"

# What Odoo's package links to. Its web client asks for version 4.7 of Font Awesome,
# which unstable no longer has.
PACKAGES = (
    "odoo-19",
    "fonts-font-awesome/bookworm",
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
# Debian removed this file, which the web client's bundle asks for. It blurs the
# background of video calls; empty, it does no harm.
MISSING_FILE = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"

# What a server says when it is told to end, without and with workers.
ENDING = re.compile(r"odoo\.service\.server: (?:Initiating shutdown|Stopping)")


def own_source():
    """Return the developer's own Odoo 19 (ODOO_SOURCE), or None."""
    value = os.environ.get("ODOO_SOURCE")
    if not value:
        return None
    source = Path(value).expanduser().resolve()
    release = source / "odoo" / "release.py"
    if not release.exists():
        raise Failure(
            f"ODOO_SOURCE={value} holds no odoo/release.py: name a source checkout of "
            "Odoo 19 (with odoo-bin) or the folder that holds `odoo/`."
        )
    if not re.search(r"version_info = \(19, 0\b", release.read_text()):
        raise Failure(f"ODOO_SOURCE={value} is not Odoo 19.0.")
    return source


def download():
    """Unpack Odoo and what its package links to."""
    debian.unpack(PACKAGES, paths.ODOO)
    missing = DOWNLOADED / "odoo" / MISSING_FILE
    missing.parent.mkdir(parents=True, exist_ok=True)
    missing.touch()


def link():
    """Let the environment's Python import Odoo, and its installers see it.

    Returns whether that changed something. A wheel of an Odoo addon requires the
    distribution `odoo==19.0.*`; a stub of its metadata satisfies that whatever kind of
    Odoo is used.
    """
    site = next(paths.VENV.glob("lib/python3*/site-packages"))
    pointer = site / "odoo_of_dev.pth"
    if pointer.exists() and pointer.read_text() == f"{source()}\n":
        return False
    stub = site / "odoo-19.0.dist-info"
    stub.mkdir(exist_ok=True)
    (stub / "METADATA").write_text("Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n")
    (stub / "INSTALLER").write_text("dev\n")
    (stub / "RECORD").write_text("")
    pointer.write_text(f"{source()}\n")
    return True


def source():
    """Return the folder that holds `odoo/`."""
    return own_source() or DOWNLOADED


def version():
    """Return the version of the Odoo in use, as Debian or its source states it."""
    changelog = paths.ODOO / "usr" / "share" / "doc" / "odoo-19" / "changelog.Debian.gz"
    if not own_source() and changelog.exists():
        import gzip

        with gzip.open(changelog, "rt", errors="replace") as lines:
            return re.search(r"\((.*?)\)", next(lines)).group(1)
    release = (source() / "odoo" / "release.py").read_text()
    numbers = re.search(r"version_info = \((.*?)\)", release).group(1)
    return ".".join(re.findall(r"\d+", numbers)[:2])


def addons_path(*more):
    """Return the folders of Odoo's addons, ours, and `more`, as Odoo is told them."""
    folders = [source() / "odoo" / "addons", source() / "addons", paths.ROOT, *more]
    return ",".join(
        str(folder) for folder in folders if any(folder.glob("*/__manifest__.py"))
    )


def config(database, name=None, **options):
    """Write a configuration file for one database and return its path."""
    values = {
        "addons_path": addons_path(),
        "data_dir": paths.DATA,
        "db_name": database,
        "dbfilter": f"^{database}$",
        "list_db": False,
        "http_interface": "127.0.0.1",
        "max_cron_threads": 2,
        "workers": 0,
        **{
            key: os.environ[variable]
            for key, variable in (("db_host", "PGHOST"), ("db_user", "PGUSER"))
            if variable in os.environ
        },
        **options,
    }
    path = paths.CONFIGS / f"{name or database}.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{key} = {value}\n" for key, value in values.items()]
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text("[options]\n" + "".join(lines))
    draft.rename(path)
    return path


def command(*arguments):
    """Return the command line of Odoo; a script, because workers need one."""
    return [paths.PYTHON, SCRIPT, *arguments]


def environment(config_path=None):
    """Return the variables Odoo runs with; it would obey PGDATABASE before its file."""
    variables = {key: os.environ[key] for key in os.environ if key != "PGDATABASE"}
    if config_path:
        variables["ODOO_RC"] = str(config_path)
    return variables


def install(database, modules, *arguments):
    """Install modules into a database; return the path of the log."""
    log = paths.LOGS / f"install-{database}.log"
    processes.run_logged(
        command("-i", ",".join(modules), "--stop-after-init", "--no-http", *arguments),
        log,
        f"Odoo could not install {', '.join(modules)} into {database}",
        env=environment(config(database)),
    )
    return log


def update(database, module):
    """Bring a module of a database up to its files; return the path of the log."""
    log = paths.LOGS / f"update-{database}.log"
    processes.run_logged(
        command("-u", module, "--stop-after-init", "--no-http"),
        log,
        f"Odoo could not update {module} in {database}",
        env=environment(config(database)),
    )
    return log


def run_script(database, script, *arguments):
    """Run a script of devkit/odoo_scripts with `env`, as `odoo shell` does."""
    processes.run_logged(
        command("shell", "--no-http", *arguments),
        paths.LOGS / f"{script}-{database}.log",
        f"The script {script} failed on {database}",
        env=environment(config(database)),
        input=(paths.SCRIPTS / script).read_text(),
    )


def complaints(log, database, about):
    """Return the warnings and errors of a log that mention a word.

    The database's name stands in every line and is no mention. Jobs that the end of
    their server cuts off fail loudly, which is no complaint either.
    """
    found = []
    text = ENDING.split(log.read_text(errors="replace"))[0]
    for record in re.split(r"\n(?=\d{4}-\d\d-\d\d )", text):
        loud = re.match(r"\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ", record)
        if loud and about in record.replace(database, "", 1):
            found.append(record.strip())
    return found


def show_version():
    """Say which Odoo this is."""
    say(f"Odoo {version()} with Python {sys.version.split()[0]}")
