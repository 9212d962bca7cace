"""Who the artist is; the first step of every run, so it takes the request on."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from mdg_core.store import artists, identities
from mdg_core.store.identities import Identity
from mdg_core.store.requests import ResearchRequest
from mdg_pipeline.board import of_outcome
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.defs.partitions import artists as artist_partitions
from mdg_pipeline.defs.partitions import checked_key
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.documents import FAILED_STATUSES
from mdg_pipeline.lake import Lake, outcome_schema
from mdg_pipeline.progress import ClaimLost, Reporter
from mdg_pipeline.resolve import BUDGET_SECONDS, Resolution, content_version, resolve, which_one

_CHECK = "sources_answered"


@dg.asset(
    partitions_def=artist_partitions,
    group_name="identity",
    kinds={"postgres"},
    code_version="2",
    output_required=False,
    check_specs=[
        dg.AssetCheckSpec(
            _CHECK,
            asset="identity",
            partitions_def=artist_partitions,
            description="Who could say who the artist is has answered.",
        )
    ],
    description="Which artist the name means, and who drums: MusicBrainz, Genius, the operator's decision.",
)
def identity(
    context: dg.AssetExecutionContext, research: Research
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    key = checked_key(context)
    with research.reporting(context) as reporter:
        try:
            request = reporter.claim()
        except ClaimLost as lost:
            context.log.warning(str(lost))
            return  # without this output every later step is skipped
        with research.connection() as conn:
            name = artists.name_of(conn, key) or artists.find_or_create(conn, key).name
            known = identities.get(conn, key)
        reporter.report("identity", f"looking up {name}", fraction=0.1)
        found = _look_up(research, context, request, key, name, known)
        with research.connection() as conn:
            identities.save(conn, found.identity)
            if found.identity.source == "musicbrainz":
                artists.respell(conn, key, found.identity.name)
        _write_outcomes(research.lake, key, found)
        told = {"identity": [of_outcome(outcome) for outcome in found.outcomes]}
        reporter.report("identity", _summary(found.identity), sources=told)
        if found.identity.candidates:
            _ask(reporter, name, found.identity)
        yield _materialised(key, name, found)
        yield _check(found)


def _look_up(
    research: Research,
    context: dg.AssetExecutionContext,
    request: ResearchRequest | None,
    key: str,
    name: str,
    known: Identity | None,
) -> Resolution:
    depth = request.depth if request else "full"
    return resolve(
        WebClient(research.settings_for(context), research.url, research.lake),
        key,
        name,
        known=known,
        decision=request.mbid if request else None,
        depth=depth,
        deadline=time.monotonic() + BUDGET_SECONDS[depth],
    )


def _ask(reporter: Reporter, name: str, found: Identity) -> None:
    """End the request with the question who is meant. Raises Failure."""
    question = which_one(name, found.candidates)
    reporter.fail(question, {"candidates": [candidate.as_json() for candidate in found.candidates]})
    raise dg.Failure(question, allow_retries=False)


def _write_outcomes(lake: Lake, key: str, found: Resolution) -> None:
    now = datetime.now(UTC)
    rows = [
        {
            "source": outcome.source,
            "status": outcome.status,
            "message": outcome.message,
            "documents": 0,
            "problems": [],
            "asked_at": now,
        }
        for outcome in found.outcomes
    ]
    lake.write_table("outcomes_identity", key, rows, outcome_schema())


def _summary(found: Identity) -> str:
    drums = ", ".join(drummer.name for drummer in found.drummers[:3])
    return f"researching {found.name}" + (f", drums: {drums}" if drums else "")


def _materialised(key: str, name: str, found: Resolution) -> dg.MaterializeResult[None]:
    who = found.identity
    return dg.MaterializeResult(
        data_version=dg.DataVersion(content_version(who)),
        metadata={
            "name": name,
            "key": key,
            "certainty": who.certainty,
            "decided_by": who.decided_by,
            "status": ", ".join(f"{outcome.source}: {outcome.status}" for outcome in found.outcomes),
            "artist": f"{who.name} ({who.disambiguation})" if who.disambiguation else who.name,
            "musicbrainz": dg.MetadataValue.url(f"https://musicbrainz.org/artist/{who.mbid}") if who.mbid else "none",
            "aliases": ", ".join(who.aliases),
            "genres": ", ".join(who.genres),
            "years": who.years or "",
            "bands": ", ".join(who.bands),
            "drummers": dg.MetadataValue.table(
                [
                    dg.TableRecord(
                        {
                            "name": drummer.name,
                            "instrument": drummer.instrument,
                            "role": drummer.role + (", original" if drummer.original else ""),
                            "years": drummer.years or "",
                            "credited on songs": drummer.credits,
                        }
                    )
                    for drummer in who.drummers
                ],
                schema=dg.TableSchema(
                    [
                        dg.TableColumn("name"),
                        dg.TableColumn("instrument"),
                        dg.TableColumn("role"),
                        dg.TableColumn("years"),
                        dg.TableColumn("credited on songs", "int"),
                    ]
                ),
            ),
        },
    )


def _check(found: Resolution) -> dg.AssetCheckResult:
    failed = [outcome for outcome in found.outcomes if outcome.status in FAILED_STATUSES]
    return dg.AssetCheckResult(
        check_name=_CHECK,
        passed=not failed,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{outcome.source}: {outcome.message}" for outcome in failed or found.outcomes),
    )
