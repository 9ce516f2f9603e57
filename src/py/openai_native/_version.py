"""`__version__` is the official version we track, which is what other packages compare."""

from ._surface_version import OPENAI_VERSION

__title__ = "openai"
__version__: str = OPENAI_VERSION
__native_version__ = "0.1.0"
