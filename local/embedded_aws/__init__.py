"""The embedded AWS: the ministack package with what it lacks, run by the interpreter of `.venv-aws`."""
