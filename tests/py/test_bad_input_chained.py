"""test_bad_input.py, by the inner chain."""

from chained import client as client
from chained import scripted_client as scripted_client
from test_bad_input import *  # noqa: F403
