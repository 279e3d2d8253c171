"""The version, where every module may take it from."""

__version__ = "0.2.0"
