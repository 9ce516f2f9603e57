"""A pytest plugin: `pytest -p openai_native.alias` runs a test suite in alias mode."""

from __future__ import annotations

import os

import pytest

from ._alias import install


def pytest_plugin_registered() -> None:
    """Comes when this plugin is registered: before conftest files and installed plugins."""
    install()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    # Workers load plugins given by `-p` after their conftest files, these before.
    plugins = os.environ.get("PYTEST_PLUGINS", "").split(",")
    if __name__ not in plugins:
        os.environ["PYTEST_PLUGINS"] = ",".join(filter(None, (__name__, *plugins)))
