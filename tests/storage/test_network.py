"""Where a request came from: believed only from trusted proxies, named by a hash, counted for an hour."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from storage.network import Lately, Networks, address_of

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
HTTP, HTTPS = "http://127.0.0.1:8080", "https://chat.example"


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.7", (), "198.51.100.7"),
        ("198.51.100.7", ("203.0.113.9",), "198.51.100.7"),
        ("10.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("10.0.0.1", ("192.0.2.1, 203.0.113.9, 10.0.0.2",), "203.0.113.9"),
        ("10.0.0.1", ("192.0.2.1", "203.0.113.9"), "203.0.113.9"),
        ("10.0.0.1", ("no address, 203.0.113.9",), "203.0.113.9"),
        ("::ffff:10.0.0.1", ("::ffff:203.0.113.9",), "203.0.113.9"),
        ("fd00::1", ("2001:db8::1",), "2001:db8::1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("10.0.0.1", ("203.0.113.9, unknown",), "10.0.0.1"),
        ("10.0.0.1", ("203.0.113.9:4711",), "10.0.0.1"),
        ("10.0.0.1", ("203.0.113.9,",), "10.0.0.1"),
        ("10.0.0.1", ("\udcff",), "10.0.0.1"),
        ("10.0.0.1", ("10.0.0.2, 10.0.0.3",), "10.0.0.1"),
        ("", ("203.0.113.9",), "None"),
        (None, ("203.0.113.9",), "None"),
    ],
)
def test_the_address_is_the_peer_or_what_trusted_proxies_saw(
    peer: str | None, forwarded: tuple[str, ...], address: str
) -> None:
    """What stands before the last hop that is no proxy is anybody's claim, and an odd header is nobody's."""
    assert str(address_of(peer, forwarded, PROXIES)) == address


def test_a_name_is_a_hash_and_good_for_one_run() -> None:
    """One address has one name, another has another, and the next process a key of its own."""
    one, next_run = Networks((), HTTP), Networks((), HTTP)
    name = one.name("203.0.113.9", ())
    assert name == one.name("203.0.113.9", ())
    assert len({name, one.name("203.0.113.8", ()), next_run.name("203.0.113.9", ())}) == 3
    assert len(name) == 16


def test_of_ipv6_the_first_64_bits_count() -> None:
    """One household may choose the rest as it likes."""
    networks = Networks((), HTTP)
    assert networks.name("2001:db8::1", ()) == networks.name("2001:db8::ffff:ffff:ffff:ffff", ())
    assert networks.name("2001:db8::1", ()) != networks.name("2001:db8:0:1::1", ())


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "10.0.0.1", "", "/run/door.sock"])
def test_what_is_nobodys_place_has_no_name(peer: str) -> None:
    """This machine, or a proxy that does not say for whom: counting it would count everybody as one."""
    assert Networks(PROXIES, HTTPS).name(peer, ()) == b""


def test_behind_https_with_no_proxy_named_nobody_is_counted() -> None:
    """There the peer is a proxy for certain, and one limit would hold for all."""
    assert Networks((), HTTPS).name("198.51.100.7", ("203.0.113.9",)) == b""
    assert Networks(PROXIES, HTTPS).name("198.51.100.7", ())


def test_moments_count_for_an_hour_and_names_are_bounded() -> None:
    """What is an hour old is gone, and beyond so many names the one noted longest ago."""
    lately = Lately(most=2)
    lately.note(b"a", 0.0)
    lately.note(b"a", 3000.0)
    assert lately.moments(b"a", 3599.0) == [0.0, 3000.0]
    assert lately.moments(b"a", 3600.0) == [3000.0]
    lately.note(b"b", 3600.0)
    lately.note(b"a", 3700.0)
    lately.note(b"c", 3700.0)
    assert set(lately._moments) == {b"a", b"c"}
    lately.forget(7299.0)
    assert set(lately._moments) == {b"a", b"c"}
    lately.forget(7300.0)
    assert not lately._moments


def test_what_was_taken_back_is_forgotten() -> None:
    """A name whose only moment was taken back is no more than one that is an hour old."""
    lately = Lately()
    lately.note(b"a", 1.0).remove(1.0)
    assert lately.moments(b"a", 1.0) == []
    lately.forget(1.0)
    assert not lately._moments
