"""Makes the page's display face of the npm package @fontsource-variable/bricolage-grotesque (5.3.0, OFL-1.1):

    pip install fonttools brotli
    npm pack @fontsource-variable/bricolage-grotesque@5.3.0 && tar xzf fontsource-variable-bricolage-grotesque-5.3.0.tgz
    python make.py package/files

Of its three axes the weight is kept; the width is the narrowest, the optical size the largest, which is drawn for
titles. Prints the advances of the heaviest weight, which src/poster/advances.ts has for setting posters.
"""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

AXES = {"opsz": 96, "wdth": 75, "wght": (400, 800)}
HEAVIEST = 800
SET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;!?'’\"-–—&½/()+#"


def main() -> None:
    files, here = Path(sys.argv[1]), Path(__file__).parent
    for script in ("latin", "latin-ext"):
        font = TTFont(files / f"bricolage-grotesque-{script}-standard-normal.woff2")
        font = instancer.instantiateVariableFont(font, AXES)
        font.flavor = "woff2"
        font.save(here / f"bricolage-{script}.woff2")
    font = instancer.instantiateVariableFont(TTFont(here / "bricolage-latin.woff2"), {"wght": HEAVIEST})
    units, names, advances = font["head"].unitsPerEm, font.getBestCmap(), font["hmtx"]
    print({letter: round(advances[names[ord(letter)]][0] / units * 1000) for letter in SET if ord(letter) in names})
    print("capitals:", font["OS/2"].sCapHeight / units, "of", units)


if __name__ == "__main__":
    main()
