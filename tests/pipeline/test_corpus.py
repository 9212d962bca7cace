from __future__ import annotations

from mdg_core.store import signatures
from mdg_pipeline.corpus import signature_rows
from tests.pipeline.conftest import Pipeline

COMMON = "[Common]\nCH  6.6.6.6.6.6.6.6.\nSN  ....8.......8...\nBD  8.......8.......\n"
OWN = "[Own]\nCH  6.6.6.6.6.6.6.6.\nSN  ..8..8..8..8..8.\nBD  .8..8..8.......8\n"


def test_the_groove_that_only_one_artist_plays_tells_that_artist(pipeline: Pipeline) -> None:
    pipeline.write("One/grooves.grid", COMMON + OWN)
    pipeline.write("Two/grooves.grid", COMMON)
    pipeline.write("Three/grooves.grid", COMMON)
    for name in ("One", "Two", "Three"):
        pipeline.research(name)
    result = pipeline.defs.resolve_job_def("corpus").execute_in_process(instance=pipeline.instance)
    assert result.success
    ranked = signatures.of_artist(pipeline.conn, "one")
    assert [row.rank for row in ranked] == [1, 2]
    own, common = ranked
    assert own.untypical > 1 > common.untypical
    assert signatures.of_artist(pipeline.conn, "two")[0].untypical < 0.5


def test_alone_on_a_grid_nothing_is_untypical(pipeline: Pipeline) -> None:
    assert signature_rows(pipeline.lake) == []
    pipeline.write("One/grooves.grid", OWN)
    pipeline.research("One")
    assert [row.untypical for row in signature_rows(pipeline.lake)] == [0.0]
