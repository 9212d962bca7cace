"""Builds MidiDrumiGen.amxd, frozen and unfrozen: `python -m ableton.builder`. The same sources give the same bytes."""
