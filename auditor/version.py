"""The version, where every module may take it from."""

__version__ = "0.1.0"
