"""Chinese and English: how one is chosen, and that both are whole."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir
from flask.testing import FlaskClient

from geo_grid.settings import Settings
from web.app import create_app
from web.language import TRANSLATIONS, merged

WEB = TRANSLATIONS.parent
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]


def words_in_code() -> set[str]:
    keywords = {"_": None, "gettext": None, "lazy_gettext": None, "translate": None}
    found = extract_from_dir(WEB, METHODS, keywords=keywords, directory_filter=lambda path: "static" not in path)
    return {str(message) for _, _, message, _, _ in found}


#: The sentences of the library have tests of their own.
LIBRARY = frozenset(
    {
        "requests.po",
        "access.po",
        "reading.po",
        "findings.po",
        "repairs.po",
        "refusals.po",
        "gone.po",
        "intake.po",
        "keeping.po",
        "supervision.po",
    }
)


def words_in_catalog(without: frozenset[str] = frozenset()) -> dict[str, str]:
    """What is there in Chinese, of the files that are not left out."""
    areas = sorted((TRANSLATIONS / "zh" / "LC_MESSAGES").glob("*.po"))
    whole = merged(area for area in areas if area.name not in without)
    return {str(message.id): str(message.string) for message in whole if message.id}


def test_every_word_of_the_pages_is_translated() -> None:
    known = words_in_catalog()
    assert {word for word in words_in_code() if not known.get(word)} == set()


def test_no_translation_is_left_over() -> None:
    assert set(words_in_catalog(LIBRARY)) - words_in_code() == set()


def test_a_page_speaks_the_language_of_the_settings(client: FlaskClient) -> None:
    html = client.get("/").text
    assert '<html lang="zh-CN">' in html
    assert "着色指标" in html


def test_an_operator_can_choose_english(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"locale": "en"}))
    assert '<html lang="en">' in app.test_client().get("/").text


def test_a_chosen_language_is_kept_and_leaves_the_address(client: FlaskClient) -> None:
    answer = client.get("/?lang=en&x=1")
    assert answer.status_code == 303
    assert answer.location == "/?x=1"
    html = client.get("/").text
    assert "Colour by" in html
    assert "着色指标" not in html


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    answer = client.get("/?lang=xx")
    assert answer.status_code == 200
    assert "着色指标" in answer.text


def test_a_redirect_never_leaves_this_host(client: FlaskClient) -> None:
    answer = client.get("//evil.example/?lang=en")
    assert answer.status_code in {303, 308, 404}
    assert "evil.example" not in answer.headers.get("Location", "").removeprefix("/")[:1]


def test_errors_speak_the_readers_language(client: FlaskClient) -> None:
    client.set_cookie("geo_grid_language", "en")
    assert "There is nothing here" in client.get("/grids/none").text


def test_the_catalog_is_compiled(client: FlaskClient) -> None:
    assert Path(TRANSLATIONS / "zh" / "LC_MESSAGES" / "messages.mo").is_file()
