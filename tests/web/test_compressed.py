"""Answers are as small as the browser lets them be."""

import gzip
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]  # it has no types
import pytest

from tests.conftest import BASE_URL
from tests.peers.world import Visitor, World


@pytest.fixture
def visitor(world: World) -> Visitor:
    platform = world.platform()
    world.activity(platform)
    return world.visitor(platform, placement_id=world.link(platform))


@pytest.mark.parametrize(
    ("accepted", "named", "unpack"),
    [("gzip", "gzip", gzip.decompress), ("gzip, deflate, br, zstd", "br", brotli.decompress)],
)
def test_a_page_and_a_stylesheet_are_compressed_as_the_browser_takes_it(
    visitor: Visitor, accepted: str, named: str, unpack: Callable[[bytes], bytes]
) -> None:
    for address in (visitor.path(), "/static/vendor/app.css"):
        plain = visitor.client.get(address, base_url=BASE_URL, follow_redirects=True)

        packed = visitor.client.get(
            address, base_url=BASE_URL, follow_redirects=True, headers={"Accept-Encoding": accepted}
        )

        assert packed.headers["Content-Encoding"] == named
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert len(packed.data) < len(plain.data) / 2
        assert len(unpack(packed.data)) == len(plain.data)


def test_who_takes_no_compression_gets_none(visitor: Visitor) -> None:
    answer = visitor.client.get(visitor.path(), base_url=BASE_URL, follow_redirects=True)

    assert "Content-Encoding" not in answer.headers


def test_the_answer_to_a_login_repeats_what_a_stranger_sent_and_is_not_compressed(
    world: World,
) -> None:
    platform = world.platform()
    begun = {
        "iss": platform.issuer,
        "login_hint": "anybody",
        "target_link_uri": f"{BASE_URL}/lti/launch",
    }

    answer = world.app.test_client().post(
        "/lti/login", data=begun, base_url=BASE_URL, headers={"Accept-Encoding": "gzip, br"}
    )

    assert b"anybody" in answer.data
    assert "Content-Encoding" not in answer.headers
