"""What a profile was built from: the versions of the raw sets, and of the code that makes something of them.

A code version is raised by hand when what the code gives for the same input changes its meaning; every profile
is then rebuilt at its next research.
"""

from __future__ import annotations

from mdg_pipeline.documents import RAW_KINDS, version_of
from mdg_pipeline.lake import Lake
from mdg_pipeline.subject import Subject

CODE = {
    "features/text": "3",
    "features/audio": "1",
    "features/midi": "15",
    "profile/style_profile": "17",
    "profile/embedding": "2",
}


def inputs(lake: Lake, subject: Subject) -> dict[str, str]:
    """What a profile of this artist would be built from now."""
    key = subject.artist.key
    raw = {f"raw/{kind}": version_of(lake.documents(kind, key)) for kind in RAW_KINDS}
    return raw | {"subject": subject.version} | {f"code:{name}": version for name, version in CODE.items()}
