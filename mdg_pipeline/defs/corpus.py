"""What is seen across artists, with DuckDB over the lake."""

from pathlib import Path

import dagster as dg
from pydantic import Field

from mdg_core.home import make_home
from mdg_core.shown import shown
from mdg_core.store import neighbours, signatures
from mdg_drummer.feel_prior import own_prior
from mdg_pipeline.collect.library import within
from mdg_pipeline.corpus import catalogue_rows, signature_rows
from mdg_pipeline.defs.resources import Research

_ROWS_SHOWN = 200


@dg.asset(
    key=["corpus", "catalogue"],
    deps=[["serving", "published_profile"]],
    group_name="corpus",
    kinds={"duckdb"},
    code_version="1",
    description="Every artist with documents, takes, bars, tempo and confidence.",
)
def catalogue(context: dg.AssetExecutionContext, research: Research) -> dg.MaterializeResult[None]:
    columns, rows = catalogue_rows(research.lake)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(rows),
            "artists": dg.MetadataValue.table(
                [dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows[:_ROWS_SHOWN]],
                schema=dg.TableSchema([dg.TableColumn(name) for name in columns]),
            ),
        }
    )


@dg.asset(
    key=["corpus", "signatures"],
    deps=[["serving", "published_profile"]],
    group_name="corpus",
    kinds={"duckdb", "postgres"},
    code_version="1",
    description="The grooves that tell each artist from the others.",
)
def signature_patterns(context: dg.AssetExecutionContext, research: Research) -> dg.MaterializeResult[None]:
    rows = signature_rows(research.lake)
    with research.connection() as conn:
        signatures.replace_all(conn, rows)
    return dg.MaterializeResult(
        metadata={"dagster/row_count": len(rows), "artists": len({row.artist_key for row in rows})}
    )


@dg.asset(
    key=["corpus", "likeness"],
    deps=[["serving", "published_profile"], ["profile", "embedding"]],
    group_name="corpus",
    kinds={"postgres"},
    code_version="1",
    description="How far apart the artists play: the scale by which `similar` scores two of them.",
)
def likeness_scale(context: dg.AssetExecutionContext, research: Research) -> dg.MaterializeResult[None]:
    with research.connection() as conn:
        scales = neighbours.rescale(conn)
    return dg.MaterializeResult(
        metadata={
            f"{scale.basis}: distances of {scale.artists} artists": scale.quantiles
            or "too few: the reference's is used"
            for scale in scales
        }
    )


class PriorConfig(dg.Config):
    corpus: str = Field(default="", description="A library folder of MIDI takes, a folder a player; empty: the first.")
    seed: int = 0
    epochs: float = Field(default=6, gt=0, description="Passes over the corpus; each takes minutes.")


@dg.asset(
    key=["corpus", "groove_prior"],
    group_name="prior",
    kinds={"pytorch"},
    code_version="1",
    description="How people drum, fitted on a corpus of your own; takes the place of the prior in the package.",
)
def groove_prior(
    context: dg.AssetExecutionContext, research: Research, config: PriorConfig
) -> dg.MaterializeResult[None]:
    from mdg_pipeline.fit import fit_prior

    settings = research.settings
    if not config.corpus and not settings.libraries:
        raise dg.Failure("name a corpus: no library folder is set up", allow_retries=False)
    corpus = Path(config.corpus) if config.corpus else settings.libraries[0]
    if not within(corpus, settings.libraries):
        raise dg.Failure(f"{shown(corpus)} is none of the library folders, nor in one", allow_retries=False)
    out = make_home(settings.home) / "human_prior.fitting.npz"
    try:
        report = fit_prior(corpus, out, seed=config.seed, epochs=config.epochs)
    except (FileNotFoundError, ValueError) as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    out.replace(own_prior(settings))
    return dg.MaterializeResult(metadata={"corpus": str(corpus), "takes": report.takes, "players": report.players})
