"""Features -> StyleProfile: aggregation, patterns, feel, description, confidence, embedding."""
