"""Local servers that answer like the research sources and the language models; `server` runs them all."""
