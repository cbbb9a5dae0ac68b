"""The pictures of the README show what the program prints now."""

from __future__ import annotations

import pytest

from tools import picture


@pytest.fixture(scope="module")
def session() -> str:
    return picture.marked(picture.run_session())


@pytest.mark.slow
@pytest.mark.parametrize("theme", picture.THEMES)
def test_the_picture_shows_the_session_as_it_is_now(session: str, theme: str) -> None:
    kept = picture.held(picture.path(theme).read_text(encoding="utf-8"))
    assert kept == session, f"docs/session-{theme}.svg is old: run `{picture.MAKE}` to make it anew, and look at it"
