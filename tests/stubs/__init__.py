"""Local servers that answer like the research sources; one module a service, all run by `server`."""
