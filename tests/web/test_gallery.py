"""The gallery of components is a page of development alone."""

import pytest
from flask import Flask

from lti_app.web.gallery import FAMILIES
from tests.conftest import BASE_URL


@pytest.mark.parametrize("path", ["gallery", "gallery/forms", "gallery/errors/404"])
def test_gallery_does_not_exist_in_production(tool: Flask, path: str) -> None:
    answer = tool.test_client().get(f"/{path}", base_url=BASE_URL)

    assert answer.status_code == 404
    assert b"Gallery" not in answer.data
    assert not [rule for rule in tool.url_map.iter_rules() if rule.rule.startswith("/gallery")]


def test_gallery_names_a_family_once() -> None:
    assert len(FAMILIES) == len(set(FAMILIES))
