import pytest

from lti_app.lti.addresses import host_of, is_own_url, is_public_host, is_service_url, origin_of

TOOL = "https://tool.test"


@pytest.mark.parametrize(
    "url",
    [
        f"{TOOL}/lti/launch",
        f"{TOOL}/lti/launch?activity=abc&x=1",
        "https://TOOL.test/lti/launch",
        "https://tool.test:443/",
        TOOL,
    ],
)
def test_an_ordinary_address_of_ours_is_ours(url: str) -> None:
    assert is_own_url(url, TOOL)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/",
        "//evil.test",
        "javascript:alert(1)",
        "https://tool.test@evil.test",
        "https://evil.test@tool.test/",
        "https://tool.test.evil.test/",
        "https:\\\\tool.test\\lti",
        "https://tool.test\\@evil.test/",
        "http://tool.test/lti/launch",
        "https://tool.test:8443/lti/launch",
        f"{TOOL}/lti/../admin",
        f"{TOOL}/lti/%2e%2e/admin",
        f"{TOOL}/lti%2flaunch",
        f"{TOOL}//evil.test",
        f"{TOOL}/lti/launch#x",
        f"{TOOL}/lti launch",
        f"{TOOL}/lti\r\nX: y",
        "https://tool.test:99999/",
        "https://[::1",
        f"{TOOL}/" + "a" * 3000,
        "",
        None,
        7,
    ],
)
def test_anything_else_is_not_ours(url: object) -> None:
    assert not is_own_url(url, TOOL)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "0",
        "2130706433",
        "0x7f.1",
        "127.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::ffff:169.254.169.254",
        "fe80::1%eth0",
        "fc00::1",
        "localhost",
        "localhost.",
        "lms",
        "lms.local",
        "db.internal",
        "a..b",
    ],
)
def test_a_private_host_is_not_public_however_it_is_spelt(host: str) -> None:
    assert not is_public_host(host)


@pytest.mark.parametrize("host", ["lms.test", "school.instructure.com", "8.8.8.8", "2606:4700::1"])
def test_a_public_host_is_public(host: str) -> None:
    assert is_public_host(host)


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://lms.test/items?x=1", True),
        ("http://lms.test/items", False),
        ("http://127.0.0.1:8001/items", True),
        ("http://127.0.0.1:8002/items", False),
        ("http://localhost/items", True),
        ("http://localhost:99/items", True),
        ("https://user@lms.test/items", False),
        ("https://192.168.0.1/items", False),
        ("ftp://lms.test/items", False),
        ("https://lms.test\\evil.test/items", False),
        (None, False),
    ],
)
def test_services_are_called_over_https_or_at_trusted_hosts(url: object, is_allowed: bool) -> None:
    assert is_service_url(url, ["127.0.0.1:8001", "localhost"]) is is_allowed


def test_host_and_origin_leave_out_the_port_of_the_scheme() -> None:
    assert host_of("http://lms.test:80/a") == "lms.test"
    assert host_of("https://lms.test:80/a") == "lms.test:80"
    assert host_of("https://[2606:4700::1]:8443/a") == "[2606:4700::1]:8443"
    assert origin_of("HTTPS://LMS.test/a?b#c") == "https://lms.test"
