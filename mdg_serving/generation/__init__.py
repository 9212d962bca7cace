"""Generation as a service: the store and the language models around `mdg_drummer`."""
