"""The domain that the pipeline and the serving layer share; it imports neither of them and opens no network."""

import os

# numpy's matrices here are small: threads would wait for each other longer than they work; set before numpy is loaded
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
