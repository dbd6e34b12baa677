"""`python -m simulator`: serve the hub on this machine."""

import argparse
from ipaddress import ip_address
from pathlib import Path

import uvicorn

from .app import create_app


def loopback(host: str) -> str:
    """Accept an address of this machine only: the control API asks for no password."""
    if host != "localhost":
        try:
            if not ip_address(host).is_loopback:
                raise ValueError
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"{host} is not a loopback address; use 127.0.0.1"
            ) from None
    return host


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", type=loopback, default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8070)
    parser.add_argument("--state", type=Path, help="keep the state in this file")
    parser.add_argument("--seed", type=int, help="make ids and buyers repeatable")
    options = parser.parse_args()
    host = f"[{options.host}]" if ":" in options.host else options.host
    app = create_app(
        state_file=options.state,
        seed=options.seed,
        public_url=f"http://{host}:{options.port}",
    )
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
