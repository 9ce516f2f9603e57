"""Libraries that only some features need; using one that is not there says how to install it."""

from ._optional import MissingDependencyError as MissingDependencyError
from ._optional import has_numpy as has_numpy
from ._optional import numpy as numpy
from ._optional import pandas as pandas
from ._optional import sounddevice as sounddevice
