"""Libraries that only some features need; using one that is not there says how to install it."""

from ._common import MissingDependencyError as MissingDependencyError
from ._common import has_numpy as has_numpy
from ._common import numpy as numpy
from ._common import pandas as pandas
from ._common import sounddevice as sounddevice
