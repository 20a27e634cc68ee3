"""Draws the page's icons and its picture for links from public/favicon.svg, with Playwright's Chromium:

    python web/src/icons/make.py

An icon that a device masks fills its square, with the mark inside the circle that every mask leaves (80 % across).
Source: https://www.w3.org/TR/appmanifest/#icon-masks
"""

import base64
import shutil
from pathlib import Path
from typing import Any

WEB = Path(__file__).resolve().parents[2]
PUBLIC = WEB / "public"
FAVICON = (PUBLIC / "favicon.svg").read_text()
MARK = FAVICON.partition("/>")[2].removesuffix("</svg>\n").removesuffix("</svg>")  # without its rounded ground
GROUND = "#16120f"
CARD = (1200, 630)
FACE = base64.b64encode((WEB / "src" / "fonts" / "bricolage-latin.woff2").read_bytes()).decode()


def svg(width: int, height: int, inside: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" {inside}</svg>'


def rounded(size: int) -> str:
    return svg(size, size, f'viewBox="0 0 32 32">{FAVICON.partition(">")[2].replace("</svg>", "")}')


def filled(size: int, scale: float) -> str:
    moved = f"translate(16 16) scale({scale}) translate(-14.5 -16)"
    return svg(
        size,
        size,
        f'viewBox="0 0 32 32"><rect width="32" height="32" fill="{GROUND}"/><g transform="{moved}">{MARK}</g>',
    )


def card() -> str:
    style = f"@font-face {{ font-family: F; src: url(data:font/woff2;base64,{FACE}); font-weight: 400 800 }}"
    words = 'font-family="F" font-weight="800" font-size="250" letter-spacing="2"'
    return svg(
        *CARD,
        f'viewBox="0 0 {CARD[0]} {CARD[1]}"><style>{style}</style><rect width="1200" height="630" fill="{GROUND}"/>'
        f'<g transform="translate(40 80) scale(14.6)">{MARK}</g>'
        f'<text x="480" y="300" {words} fill="#f2eadd">BOX</text>'
        f'<text x="480" y="520" {words} fill="#ff7d62">OFFICE</text>',
    )


PICTURES = {
    "icons/icon-192.png": (192, 192, rounded(192)),
    "icons/icon-512.png": (512, 512, rounded(512)),
    "icons/maskable.png": (512, 512, filled(512, 0.82)),
    "icons/apple.png": (180, 180, filled(180, 1)),
    "card.png": (*CARD, card()),
}


def draw(browser: Any, name: str, width: int, height: int, drawing: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(f"<body style='margin:0; line-height:0'>{drawing}</body>")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=PUBLIC / name, omit_background=True)
    page.close()


def main() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (width, height, drawing) in PICTURES.items():
            draw(browser, name, width, height, drawing)
        browser.close()


if __name__ == "__main__":
    main()
