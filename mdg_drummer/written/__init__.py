"""Clips that a language model writes: what it is told (`prompt`), how its answer is read (`answer`), and the clips that
come of it (`hybrid`). Asking the model is `mdg_llm`'s."""
