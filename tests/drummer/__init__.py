"""The player, from a profile to strokes."""
