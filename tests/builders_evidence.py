"""An output folder of one real file of the sample collection, made once a test session."""

import hashlib
import shutil
import tempfile
from functools import cache
from pathlib import Path

from pipeline import store
from pipeline.catalogue import document
from pipeline.clean import clean
from pipeline.config import load_settings
from pipeline.contexts import readings
from pipeline.query import rows
from pipeline.read import read_pages
from pipeline.records import Relations, Source, Span, Tags, Text
from pipeline.split import split
from pipeline.tabulate import LinkedDocument
from pipeline.tabulate import rows as table_rows

from .builders_output import small

NAME = "2015-positionspapier-mittelstand.pdf"
WORDS = "Innovationsgutscheine des Bundesministeriums für Wirtschaft und Energie"
SAMPLE = Path(__file__).parent.parent / "corpora" / "sample" / "pdf"


@cache
def made() -> tuple[Path, Path, Text]:
    """Return an output folder with one mention, the folder of its file, and the file as it was read."""
    folder = Path(tempfile.mkdtemp(prefix="politikspur-evidence-"))
    shutil.copy(SAMPLE / NAME, folder)
    data = (folder / NAME).read_bytes()
    source = Source("d1", "s1", NAME, hashlib.sha256(data).hexdigest(), len(data), "pdf")
    text = split(clean(list(read_pages(folder / NAME, settings=load_settings().read))))
    found = readings(text)
    at = next(at for at, reading in enumerate(found) if WORDS in reading.text)
    start = found[at].text.index(WORDS)
    span = Span(at, start, start + len(WORDS), WORDS, "instrument", "funding", "existing", by="model:x")
    linked = LinkedDocument(
        document=document(source, text, duplicate_of=""), text=text, readings=tuple(found),
        tags=Tags(spans=(span,)), relations=Relations(), concepts=("",), results_key="r", run_key="k",
    )  # fmt: skip
    out = small(folder / "out", **table_rows(linked))
    store.save(out, "text", "ab" * 16, text)
    return out, folder, text


def mention() -> str:
    """Return the id of the one mention."""
    return rows(made()[0], "select mention_id from mentions")[0]["mention_id"]
