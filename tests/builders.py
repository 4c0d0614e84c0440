"""Records that are valid by default; a test names only what it is about."""

from array import array

from pipeline.records import Passage, Piece, Sentence, Source, Span, Text

WIDTH = 6.0  # points a character


def make_span(*, text="Fachkräftemangel", start=0, label="challenge", **values):
    values = {"sentence": 0, "end": start + len(text), "status": "open", "by": "model:test", **values}
    return Span(start=start, text=text, label=label, **values)


def make_piece(text, *, start=0, page=1, top=100.0, left=72.0):
    xs = array("f", [x for i in range(len(text)) for x in (left + i * WIDTH, left + (i + 1) * WIDTH)])
    return Piece(start, start + len(text), page, top, top + 12.0, xs.tobytes(), text)


def make_passage(text, *, number=0, kind="paragraph", page=1, **values):
    return Passage(
        number=number, kind=kind, text=text, pages=(page,), pieces=(make_piece(text, page=page),), **values
    )


def make_text(*passages, **values):
    """Return a German document in which every passage is one sentence."""
    sentences = tuple(Sentence(p.number, 0, len(p.text)) for p in passages)
    return Text(**{"language": "de", "passages": passages, "sentences": sentences, **values})


def make_source(name="papier.pdf", **manifest):
    return Source(
        document_id="d1",
        source_id="s1",
        path=name,
        sha256="0" * 64,
        size=1000,
        format="pdf",
        manifest=manifest,
    )
