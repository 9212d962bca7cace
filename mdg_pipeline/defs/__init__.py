"""Dagster definitions by stage; each asset is thin and calls the plain functions of its stage."""
