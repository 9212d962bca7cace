"""Each artist is a dynamic partition; the key is the artist's key (`mdg_core.artist`)."""

import dagster as dg

from mdg_core.artist import KEY_PATTERN

artists = dg.DynamicPartitionsDefinition(name="artists")


def checked_key(context: dg.AssetExecutionContext) -> str:
    """The run's partition key. Fails on one that somebody typed in the UI and that is no key."""
    key: str = context.partition_key
    if not KEY_PATTERN.fullmatch(key):
        raise dg.Failure(
            f"{key!r} is not an artist key (lower-case letters and digits parted by single hyphens). "
            "Ask with `mdg research NAME`, which makes the key.",
            allow_retries=False,
        )
    return key
