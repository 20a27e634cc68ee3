"""The benches run by `PYTHONPATH=. .venv/bin/python -m tests.bench...`; the product's package is found from here."""

import sys
from pathlib import Path

LAYER = str(Path(__file__).parents[2] / "layers/box_office/python")
if LAYER not in sys.path:
    sys.path.insert(0, LAYER)
