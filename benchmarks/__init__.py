"""Where the figures of the README come from; each module measures one thing and prints it."""

import mdg_core  # noqa: F401 - it sets the threads of numpy, which the benchmarks load before it
