"""The one HTTP client of the research: polite, bounded, cached. Sources use `client`, `errors` and `page` of it."""
