"""The errors that a person is told about; each message says what to do."""

from __future__ import annotations


class MdgError(Exception):
    """Something failed. The command line exits with 1, the API answers 5xx or 4xx with this message."""


class UsageError(MdgError):
    """The request itself is wrong. The command line exits with 2, the API answers 422."""
