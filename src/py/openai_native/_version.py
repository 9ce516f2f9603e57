"""`__version__` is the official version we track, which is what other packages compare."""

__title__ = "openai"
__native_version__ = "0.1.0"
