"""What stands before every web server of ours, whichever framework is behind it: pure ASGI, no framework."""
