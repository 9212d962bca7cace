"""Which network addresses the client connects to: public ones only, whatever a link or a name server says.

The name is resolved once, every address of it is checked, and the connection goes to a checked address, so that
a name which answers differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from urllib.parse import SplitResult, urlsplit

from mdg_pipeline.collect.web.errors import Blocked, NoConnection, TimedOut

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # IPv4 hosts as an IPv6-only network sees them (RFC 6052)
# all that IANA gives out as global unicast; site-local fec0::/10, ::a.b.c.d and what else there is lie outside
_UNICAST = ipaddress.IPv6Network("2000::/3")
_ISATAP = (0x00005EFE, 0x02005EFE)  # before the IPv4 address that such an interface tunnels to (RFC 5214)
# tunnels into networks that nobody can look into from here: 6to4 with its relays (RFC 7526), Teredo (RFC 4380), and
# 6bone, ORCHID and documentation prefixes, which are in no use
_TUNNELS = [
    ipaddress.ip_network(block)
    for block in (
        *("192.88.99.0/24", "2002::/16", "2001::/32", "2001:10::/28", "2001:20::/28", "3ffe::/16", "2001:db8::/32"),
        *("3fff::/20", "64:ff9b:1::/48"),
    )
]
_resolver = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")


def checked_url(url: str) -> SplitResult:
    """The parts of a URL that may be asked for. Raises Blocked for what is no plain web address."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username is not None or parts.password is not None:
        raise Blocked(f"{url[:200]!r} is not a web address that can be asked for")
    return parts


def host_and_port(url: str) -> str:
    """host:port, in lower case, the port stated even where it is the usual one."""
    parts = checked_url(url)
    return f"{parts.hostname}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"


def is_public(address: str) -> bool:
    """Whether a literal address is on the public internet, looking into IPv6 forms that carry an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64 or ip.ipv4_mapped is not None:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _UNICAST or (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP:
            return False
    if any(ip in block for block in _TUNNELS):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def resolve(host: str, port: int, *, allow_private: bool, timeout: float) -> list[str]:
    """The addresses of a host, all of them allowed. Raises Blocked, NoConnection, TimedOut."""
    try:
        found = _resolver.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(timeout)
    except FutureTimeout:
        raise TimedOut(f"the name {host} was not resolved within {timeout:.0f} s") from None
    except (OSError, UnicodeError) as error:
        raise NoConnection(f"the name {host} cannot be resolved: {error}") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_private:
        for address in addresses:
            if not is_public(address):
                raise Blocked(f"{host} leads to {address}, which is not a public address: it is not asked")
    return addresses
