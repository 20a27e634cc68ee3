"""One machine: the embedded AWS and the deployment into it. Started by the Makefile."""
