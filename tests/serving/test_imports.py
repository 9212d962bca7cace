"""The serving layer stays lean: what it may import, and that the pipeline is no part of it."""

from __future__ import annotations

import subprocess
import sys

FORBIDDEN = ("dagster", "librosa", "torch", "pandas", "pyarrow", "duckdb", "matplotlib", "scipy", "mdg_pipeline")


def test_the_api_imports_nothing_heavy() -> None:
    code = "import sys, mdg_serving.app; print(' '.join({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "fastapi" in loaded
    assert not set(FORBIDDEN) & set(loaded)


def test_generation_needs_no_web_framework() -> None:
    code = "import sys, mdg_serving.generation.service, mdg_serving.words; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"fastapi", "starlette", "uvicorn"} & set(loaded)
