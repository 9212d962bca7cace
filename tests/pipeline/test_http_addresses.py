from __future__ import annotations

import socket
from typing import Any

import pytest

from mdg_pipeline.collect.web.addresses import checked_url, host_and_port, is_public, resolve
from mdg_pipeline.collect.web.errors import Blocked, Unreachable

NOT_PUBLIC = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.5", "224.0.0.1"),
    *("239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1"),
    *(
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:a9fe:a9fe",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
    ),
    "2002:c0a8:101::1",
    *("fec0::1", "feff:ffff::1", "::8.8.8.8", "::10.0.0.1", "2002:808:808::1", "2002:c058:6301::", "192.88.99.1"),
    *("2001:0:808:808::1", "2001:0:a00:1::f5ff:fffe", "100::1", "5f00::1", "3fff::1", "3ffe::1", "4000::1"),
    *("2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:8.8.8.8", "::ffff:0:10.0.0.1", "::ffff:192.88.99.1"),
    *("64:ff9b::192.168.1.1", "64:ff9b:1::808:808", "2001:20::1"),
]
PUBLIC = [
    *("8.8.8.8", "172.32.0.1", "172.15.0.1", "192.167.1.1", "2606:4700::1111", "::ffff:8.8.8.8"),
    *("64:ff9b::808:808", "2a00:1450::1", "192.88.98.1"),
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "javascript:alert(1)", "//example.org/"),
        *("http://", "http:///path", "http://user:secret@example.org/", "http://user@example.org/", "example.org"),
        *("http://example.org:99999/", "http://example.org:x/", "http://[::1", "http://example.org:0/", ""),
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(Blocked):
        checked_url(url)


def test_the_port_is_part_of_the_host() -> None:
    assert host_and_port("HTTPS://Example.ORG/a") == "example.org:443"
    assert host_and_port("http://example.org:8080/a") == "example.org:8080"


def _names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def answer(host: str, port: int, **_: Any) -> list[Any]:
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        pairs = zip(families, addresses, strict=True)
        return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for family, address in pairs]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    _names(monkeypatch, "8.8.8.8", "192.168.0.1")
    with pytest.raises(Blocked, match=r"192\.168\.0\.1"):
        resolve("example.org", 80, allow_private=False, timeout=1)
    assert resolve("example.org", 80, allow_private=True, timeout=1) == ["8.8.8.8", "192.168.0.1"]


def test_a_name_that_does_not_resolve_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(Unreachable, match="cannot be resolved"):
        resolve("nowhere.example", 80, allow_private=False, timeout=1)
    with pytest.raises(Unreachable):
        resolve("a" * 300 + ".example", 80, allow_private=False, timeout=1)
