"""The domain that the pipeline and the serving layer share; it imports neither of them and opens no network."""
