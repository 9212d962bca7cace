"""Reading HTML and PDF of strangers: in a process of its own, whose time and memory are limited.

`read` is what the rest of the pipeline calls; `tasks` holds what the child can do, `child` the child itself. Parsers of
such formats can be made to run for minutes by a few kilobytes: the child is then ended, and the next task gets a new
one.
"""

from mdg_pipeline.untrusted.worker import CannotRead, TooCostly, read

__all__ = ["CannotRead", "TooCostly", "read"]
