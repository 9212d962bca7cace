"""Documents -> features: pure functions on one document each."""
