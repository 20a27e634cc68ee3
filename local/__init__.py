"""One machine: the tools, the embedded AWS and the deployment into it. Started by the Makefile."""
