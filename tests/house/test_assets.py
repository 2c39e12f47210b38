"""A browser keeps a static file for a year when its address names its content, else asks again."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lti_app.web.assets import asset_url
from lti_app.web.static import blueprint


@pytest.fixture
def web() -> Flask:
    app = Flask("assets", static_folder=None)
    app.register_blueprint(blueprint)
    return app


@pytest.fixture
def client(web: Flask) -> FlaskClient:
    return web.test_client()


def test_address_that_names_the_content_is_kept_for_a_year(web: Flask, client: FlaskClient) -> None:
    with web.test_request_context():
        address = asset_url("vendor/app.css")

    answer = client.get(address, buffered=True)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab"])
def test_address_without_todays_version_is_asked_for_again(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/static/vendor/app.css{query}", buffered=True)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.css", "../__init__.py", "%2e%2e/__init__.py", "vendor"])
def test_what_is_no_static_file_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_font_that_the_stylesheet_names_is_kept_too(web: Flask, client: FlaskClient) -> None:
    style = client.get("/static/vendor/app.css", buffered=True).text

    with web.test_request_context():
        font = asset_url("vendor/figtree-latin.woff2").rsplit("/", 1)[1]
    assert f"url({font})" in style


def test_missing_asset_is_an_error_while_drawing(web: Flask) -> None:
    with web.test_request_context(), pytest.raises(FileNotFoundError):
        asset_url("vendor/gone.css")
