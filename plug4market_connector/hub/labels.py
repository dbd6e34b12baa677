"""Downloads a label from an address that an answer named, which may be anybody's.

No token goes along, only public addresses are spoken to, and the address that was
checked is the one that is connected to: a name may mean another one a moment later.
"""

import socket
from contextlib import closing
from ipaddress import ip_address
from time import monotonic
from urllib.parse import urljoin, urlsplit

import certifi
import urllib3

from .addresses import is_this_machine
from .const import MAX_LABEL_BYTES
from .errors import UnexpectedAnswer, UnusableLabel
from .reading import bounded, read_body

MAX_REDIRECTS = 3
TIMEOUT = urllib3.Timeout(connect=5, read=10)
# A server that sends a few bytes now and then must not hold a worker.
MAX_SECONDS = 20


def download_label(url, base_url, *, resolve=socket.getaddrinfo, clock=monotonic):
    """Return (content, content type) of what lies at ``url``.

    :param base_url: the hub's own address; when that is a simulator on this machine,
        labels may lie there too
    :raise UnusableLabel: when the address may not be spoken to
    :raise AnswerTooLarge: when it sends more than a label can be
    :raise UnexpectedAnswer: when there is no file now
    """
    for _hop in range(MAX_REDIRECTS + 1):
        status, location, content, content_type = _get(url, base_url, resolve, clock)
        if 300 <= status < 400 and location:
            url = urljoin(url, location)
        elif status == 200:
            return content, content_type
        else:
            raise UnexpectedAnswer(f"the label's address answered {status}")
    raise UnexpectedAnswer("the label's address leads from one to another")


def _get(url, base_url, resolve, clock):
    try:
        parts = urlsplit(url)
        pool = bounded(_pool(parts, base_url, resolve), MAX_SECONDS, clock)
        with closing(pool):
            response = pool.urlopen(
                "GET",
                f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}",
                headers={"Host": parts.netloc.rpartition("@")[2], "Accept": "*/*"},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            with closing(response):
                content = b""
                if response.status == 200:
                    content = read_body(response, MAX_LABEL_BYTES)
                location = response.headers.get("Location")
                kind = response.headers.get("Content-Type", "")
                return response.status, location, content, kind
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise UnexpectedAnswer("the label's address cannot be reached") from error
    except ValueError as error:
        raise UnusableLabel("bad_address") from error


def _pool(parts, base_url, resolve):
    """Return the connection to the one address that was checked."""
    host, port = parts.hostname, parts.port
    if _is_simulator(parts, base_url):
        return urllib3.HTTPConnectionPool(host, port, timeout=TIMEOUT)
    if parts.scheme != "https" or not host:
        raise UnusableLabel("bad_address")
    found = [info[4][0] for info in resolve(host, port or 443, type=socket.SOCK_STREAM)]
    if not found or not all(_is_public(address) for address in found):
        raise UnusableLabel("bad_address")
    return urllib3.HTTPSConnectionPool(
        found[0],
        port or 443,
        timeout=TIMEOUT,
        server_hostname=host,
        assert_hostname=host,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
    )


def _is_simulator(parts, base_url):
    """Tell whether this is the hub's own address, and that a loopback one."""
    hub = urlsplit(base_url)
    own = ("http", hub.hostname, hub.port)
    if (parts.scheme, parts.hostname, parts.port) != own or hub.scheme != "http":
        return False
    return is_this_machine(hub.hostname)


def _is_public(address):
    found = ip_address(address.partition("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_global and not found.is_multicast
