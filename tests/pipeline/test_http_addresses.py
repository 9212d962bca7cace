from __future__ import annotations

import socket
from typing import Any

import pytest

from mdg_pipeline.collect.web.addresses import checked_url, host_and_port, is_public, resolve
from mdg_pipeline.collect.web.errors import Blocked, Unreachable

NOT_PUBLIC = [
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
