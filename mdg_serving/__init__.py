"""The serving layer: from published profiles to clips, over HTTP and for the command line."""
