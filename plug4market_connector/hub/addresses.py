"""Where a store's tokens may go: by https, or to a simulator on this machine.

Strict on purpose: what this reads is read the same way by every HTTP library. A user, a
backslash, a query or letters outside ASCII make one reader see another host than the
next.
"""

import re
from ipaddress import ip_address

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?:/[a-z0-9._~%-]*)*",
    re.ASCII | re.IGNORECASE,
)
_PORTS = {"https": 443, "http": 80}


def hub_origin(address: str | None) -> str:
    """Return scheme, host and port in one spelling, "" if it is no plain address.

    Tokens that were made for one origin may not go to another.
    """
    found = _ADDRESS.fullmatch((address or "").strip())
    if not found:
        return ""
    scheme, host = found["scheme"].lower(), found["host"].lower()
    port = int(found["port"] or _PORTS[scheme])
    return f"{scheme}://{host}:{port}" if 0 < port < 2**16 else ""


def may_get_tokens(address: str | None, *, simulator: bool = False) -> bool:
    """Tell whether tokens may be sent there.

    ``simulator``: plain http is good enough on this machine.
    """
    scheme, _colon, rest = hub_origin(address).partition("://")
    if scheme == "http":
        return simulator and is_this_machine(rest.rpartition(":")[0].strip("[]"))
    return scheme == "https"


def is_this_machine(host: str | None) -> bool:
    """Tell whether the host, a bare name or IP address, is a loopback one."""
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
