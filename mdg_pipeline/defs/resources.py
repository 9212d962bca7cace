"""What every asset needs: the settings, the lake and the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dagster as dg

from mdg_core.settings import Settings, libraries_of, load_settings
from mdg_core.shown import shown
from mdg_core.store import embedded
from mdg_core.store.connect import Connection, connect
from mdg_pipeline.collect.library import within
from mdg_pipeline.lake import Lake
from mdg_pipeline.progress import LIBRARY_TAG, ClaimLost, Reporter


class Research(dg.ConfigurableResource[None]):
    """The surroundings of a run. Empty fields take the process's settings; tests fill them."""

    home: str = ""
    library: str = ""
    database_url: str = ""

    @property
    def settings(self) -> Settings:
        overrides = {name: value for name in ("home", "library") if (value := getattr(self, name))}
        return Settings(**overrides) if overrides else load_settings()

    def settings_for(self, context: dg.AssetExecutionContext) -> Settings:
        """The settings with the library folders that the run's request named, if it did.

        Raises Failure for one outside the operator's own: a request is no leave to read the disk.
        """
        named = context.run.tags.get(LIBRARY_TAG)
        if not named:
            return self.settings
        settings, folders = self.settings, tuple(libraries_of(named))
        for folder in folders:
            if not within(folder, settings.libraries):
                raise dg.Failure(
                    f"the library {shown(folder)} is none of the operator's folders: start mdg with it in MDG_LIBRARY",
                    allow_retries=False,
                )
        return settings.model_copy(update={"library": folders, "demo_library": False})

    @property
    def lake(self) -> Lake:
        return Lake(self.settings.home / "lake")

    @property
    def url(self) -> str:
        return self.database_url or embedded.url(self.settings)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        with connect(self.url, name="mdg-run") as conn:
            yield conn

    @contextmanager
    def reporting(self, context: dg.AssetExecutionContext) -> Iterator[Reporter]:
        """Reports of a step, which closes the request when it fails; a run whose request is lost ends as cancelled."""
        tags: Mapping[str, str] = context.run.tags
        reporter = Reporter.of_run(self.url, context.run.run_id, tags)
        try:
            with reporter.guard():
                yield reporter
        except ClaimLost as lost:
            run = context.instance.get_run_by_id(context.run.run_id)
            if run is not None and run.is_cancelable:  # whoever cancelled it may have said so already
                context.instance.report_run_canceling(run, message=str(lost))
            raise
