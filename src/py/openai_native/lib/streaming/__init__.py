"""Streams that put the whole together from its events, in `chat` and `responses`."""
