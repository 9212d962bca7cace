"""The serving layer: from published profiles to clips, over HTTP and for the command line."""

import os

# Before numpy is loaded: its matrices are small here, and a second thread that works on one takes longer than it saves,
# by ten times and more where other processes want the core
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
