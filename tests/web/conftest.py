"""A page for a whole bureau, and one submission to it, for every module that tests the page."""

import pytest


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    from tests.serving import opened  # skips where auditor[web] is not installed

    with opened(tmp_path_factory.mktemp("house"), list_code="list-code") as client:
        yield client


@pytest.fixture(scope="module")
def submission(client):
    from tests.serving import ONE, OTHER, submitted

    return submitted(client, ONE, OTHER)
