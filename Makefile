# The same without make: python3.11 bootstrap.py demo (on Windows: py -3.11 bootstrap.py demo)
PYTHON ?= $(shell python3.11 -c '' 2>/dev/null && echo python3.11 || echo python3)

.PHONY: setup demo try-llm test test-all lint bench device test-device clean
setup demo try-llm test test-all lint bench device test-device clean:
	@$(PYTHON) bootstrap.py $@
