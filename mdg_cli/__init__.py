"""The command line; it sits on top of pipeline and serving and imports both only when a command needs them."""
