"""The sources: one file each; a source returns documents and an outcome and never raises for its own failure."""
