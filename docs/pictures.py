"""Take the pictures of README.md from the explorer on the sample: part of `make readme`."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from pipeline.query import rows
from tests import browser

FOLDER = Path(__file__).parent
PAPER = "pdf/2024-kurzimpuls-fachkraefte.pdf"
SHOTS = {
    "explorer-trends.png": ("/trends?unit=concept&lang=en", 780),
    "explorer-page.png": ("/documents/{document_id}/1?lang=en", 980),
}


def main(out: Path) -> None:
    """Write each picture with few colours, as it is made of text and lines."""
    document = rows(out, "select document_id from documents where path = ?", PAPER)[0]
    with browser.browser() as driver, browser.served(out) as address:
        for name, (path, height) in SHOTS.items():
            browser.look(driver, dark=False, size=(1200, height))
            driver.get(address.rstrip("/") + path.format(**document))
            browser.wait(
                lambda: driver.execute_script("return [...document.images].every(one => one.complete)")
            )
            shot = browser.picture(driver, FOLDER / name)
            Image.open(shot).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(shot, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
