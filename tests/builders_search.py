"""Tables of a few sentences to be searched."""

from .builders_output import document, passage, sentence

TEXTS = {
    "s1": "Der Fachkräftemangel im Handwerk bremst die Energiewende.",
    "s2": "Wir werden Fachkräften im Handwerk den Zuzug erleichtern.",
    "s3": "Die soziale Marktwirtschaft braucht faire Regeln.",
    "s4": "Marktwirtschaft und sozialer Ausgleich gehören zusammen.",
    "s5": "Die Aus- und Weiterbildung wird gefördert.",
    "s6": "Mieten steigen in den Städten schneller als die Löhne.",
}
CONTACT = "Ansprechpartnerin ist Erika Mustermann, Telefon 030 123456."


def mention(sentence_id, layer, document_id="d1"):
    return {
        "mention_id": f"m-{sentence_id}-{layer}", "sentence_id": sentence_id, "document_id": document_id,
        "sentence_number": 0, "layer": layer, "text": "x", "char_start": 0, "char_end": 1, "kind": None,
        "status": None, "named": None, "score": 0.9, "concept_id": None, "page": 1, "boxes": None,
        "period_published": "bt20", "periods_addressed": [], "counted": True,
        "source": "model", "by": "model:x",
    }  # fmt: skip


def tables():
    return {
        "documents": [
            document("d1", issuer="SPD; Die Grünen", n_sentences=6),
            document("d2", issuer="CDU", period_published="bt19", document_type="wahlprogramm", title=None),
        ],
        "passages": [
            passage("p1", heading_path=["Arbeit", "Fachkräfte"]), passage("p2", "d2"),
            passage("p9", role="contact", text=None),
        ],
        "sentences": [
            *(sentence(name, text, "p1", number=at) for at, (name, text) in enumerate(TEXTS.items())),
            sentence("s9", CONTACT, "p9", number=9),
            sentence("t1", TEXTS["s1"], "p2", "d2", periods_addressed=["bt20", "bt21"]),
            sentence("t2", "Handwerk hat goldenen Boden.", "p2", "d2", number=1, counted=False),
        ],
        "mentions": [mention("s1", "challenge"), mention("s2", "instrument")],
        "sentence_themes": [
            {"sentence_id": "s6", "document_id": "d1", "sentence_number": 5, "theme": "housing", "score": 0.9}
        ],
    }  # fmt: skip
