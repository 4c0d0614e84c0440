"""A tiny PDF writer for tests: text at places, in the standard fonts, and nothing else."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

FONTS = {
    "regular": "Helvetica", "bold": "Helvetica-Bold", "italic": "Helvetica-Oblique",
    "serif": "Times-Roman", "dingbats": "ZapfDingbats", "missing": "Hausschrift",
}  # fmt: skip
A4 = (595, 842)


@dataclass
class Text:
    """A string whose baseline begins `x` points from the left and `y` from the top."""

    x: float
    y: float
    text: str
    size: float = 10
    font: str = "regular"
    angle: float = 0
    image: bool = False


def paragraph(
    x: float, y: float, rows: list[str], *, size: float = 10, lead: float = 12, font: str = "regular"
):
    """Return rows of text one below the other."""
    return [Text(x, y + i * lead, row, size, font) for i, row in enumerate(rows)]


def write(path: Path, pages: list[list[Text]], *, size=A4, crop=None, rotate=0, outline=()) -> Path:
    """Write pages of text to a PDF and return its path.

    Entries of the outline name others as »{1} 0 R«, by their order from 1, and pages as »{page1} 0 R«.
    """
    n = len(pages)
    fonts = " ".join(f"/{name} {3 + 2 * n + i} 0 R" for i, name in enumerate(FONTS))
    kids = " ".join(f"{3 + 2 * i} 0 R" for i in range(n))
    box = f"/CropBox [{' '.join(map(str, crop))}]" if crop else ""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {n} >>"]
    for i, texts in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] {box} /Rotate {rotate} "
            f"/Contents {4 + 2 * i} 0 R /Resources << /Font << {fonts} >> >> >>"
        )
        stream = "\n".join(_operator(text, size[1]) for text in texts)
        objects.append(f"<< /Length {len(stream.encode('latin-1'))} >>\nstream\n{stream}\nendstream")
    for name in FONTS.values():
        encoding = "" if name == "ZapfDingbats" else "/Encoding /WinAnsiEncoding "
        objects.append(f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} {encoding}>>")
    if outline:
        root = len(objects) + 1
        objects[0] = f"<< /Type /Catalog /Pages 2 0 R /Outlines {root} 0 R >>"
        objects.append(f"<< /Type /Outlines /First {root + 1} 0 R /Last {root + len(outline)} 0 R >>")
        places = {f"page{i + 1}": 3 + 2 * i for i in range(n)}
        objects += [_linked(entry, root, places) for entry in outline]
    path.write_bytes(_file(objects))
    return path


def _linked(entry: str, root: int, places: dict[str, int]) -> str:
    """Return an entry of the outline with the numbers of objects in it."""
    return re.sub(r"\{(\w+)\}", lambda m: str(places.get(m[1]) or root + int(m[1])), entry)


def _operator(text: Text, height: float) -> str:
    if text.image:  # one grey pixel, drawn over the place
        return (
            f"q {text.size} 0 0 {text.size} {text.x} {height - text.y} cm "
            "BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
        )
    raw = text.text.encode("cp1252").decode("latin-1")
    raw = raw.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    cos, sin = math.cos(math.radians(text.angle)), math.sin(math.radians(text.angle))
    matrix = f"{cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {text.x} {height - text.y}"
    return f"BT /{text.font} {text.size} Tf {matrix} Tm ({raw}) Tj ET"


def _file(objects: list[str]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    tail = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{tail}".encode("latin-1")
