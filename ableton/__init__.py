"""The Max for Live device: what it is built from (builder, src), the built device, and what checks it.

What belongs here: all that runs in Live or is needed to build and check that. What does not: anything of the backend;
the device speaks HTTP alone.
"""
