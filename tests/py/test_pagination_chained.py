"""test_pagination.py, by the inner chain."""

from chained import client as client
from chained import scripted_client as scripted_client
from test_pagination import *  # noqa: F403
