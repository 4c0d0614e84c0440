"""Tables of statements (who demands or rejects what) and of the networks derived from them."""

from __future__ import annotations

from pipeline.schema.declare import Table, columns, of, real, share, text, whole
from pipeline.schema.values import BASES, LEVELS, NETWORKS, STANCES, TIES

STATEMENTS = Table(
    name="statements",
    about="Who demands, plans or rejects an instrument: the statements of a discourse network.",
    key=("statement_id",),
    order=("document_id", "sentence_number", "statement_id"),
    links={
        "document_id": "documents.document_id",
        "sentence_id": "sentences.sentence_id",
        "mention_id": "mentions.mention_id",
        "concept_id": "concepts.concept_id",
    },
    columns=columns(
        text("statement_id", "Statement"),
        text("document_id", "Document"),
        whole("sentence_number", "Position of the sentence in the document"),
        text("sentence_id", "Sentence"),
        text("mention_id", "Mention of the instrument"),
        text("speaker", "concept_id of the actor; else the name of the issuer"),
        text("concept_id", "Instrument"),
        text("stance", "Position of the speaker on it", *STANCES),
        text("said_by", "An actor in the sentence, or the issuer of the document", "actor", "issuer"),
        share("score", "Probability of the relation, or of the mention", null=False),
    ),
)

EDGES = Table(
    name="edges",
    about="The strongest ties of every network in every period.",
    key=("basis", "period_id", "network", "tie", "source", "target"),
    order=("basis", "network", "tie", "period_id", "source", "target"),
    columns=columns(
        text("period_id", "Wahlperiode"),
        text("basis", "Period of publication or period spoken about", *BASES),
        text("network", "What is tied to what", *NETWORKS),
        text("tie", "What ties them", *TIES),
        text("source", "Actor or instrument: a node of the same network and period"),
        text("target", "Instrument, actor or challenge: a node of the same network and period"),
        real(
            "weight", "Documents that say so; between actors shared instruments / average activity", low=0.0
        ),
        real("low", "Lower end of the 95 % interval", low=0.0),
        real("high", "Upper end of the 95 % interval", low=0.0),
        text("level", "What was resampled", *LEVELS),
        whole("n_sentences", "Sentences that say so; between actors, shared instruments"),
        whole("n_documents", "Documents that say so", low=1),
        of("texts", "evidence", "Mentions of instruments that show it"),
    ),
)

NODES = Table(
    name="nodes",
    about="The nodes of `edges`, with their measures in the whole network of the period.",
    key=("basis", "period_id", "network", "node"),
    order=("basis", "network", "period_id", "node"),
    columns=columns(
        text("period_id", "Wahlperiode"),
        text("basis", "Period of publication or period spoken about", *BASES),
        text("network", "What is tied to what", *NETWORKS),
        text("node", "concept_id, or the name of an issuer"),
        text("label", "Readable name"),
        text("layer", "Layer of the codebook", "challenge", "instrument", "actor"),
        whole("community", "Group it belongs to, 1 for the largest; empty where nothing ties it", null=True),
        whole("degree", "Nodes it is tied to"),
        real("strength", "Sum of the weights of its ties", low=0.0, null=False),
    ),
)

MEASURES = Table(
    name="networks",
    about="Size, density, communities and polarisation of every network in every period.",
    key=("basis", "period_id", "network"),
    order=("basis", "network", "period_id"),
    columns=columns(
        text("period_id", "Wahlperiode"),
        text("basis", "Period of publication or period spoken about", *BASES),
        text("network", "What is tied to what", *NETWORKS),
        whole("n_documents", "Documents of the cell"),
        whole("n_nodes", "Nodes"),
        whole("n_ties", "Pairs of nodes that are tied"),
        share("density", "Ties / possible ties"),
        whole("communities", "Groups found (Louvain)"),
        real("modularity", "Modularity of these groups", low=-1.0, high=1.0),
        share("polarisation", "Probability that two positions on the same instrument are opposed"),
        share("polarisation_low", "Lower end of the 95 % interval"),
        share("polarisation_high", "Upper end of the 95 % interval"),
        whole("n_edges", "Rows of the network in `edges`"),
        real("least_weight", "Least weight among them; weaker ties are counted here but not listed", low=0.0),
        text("coverage_warning", "What is missing in the cell, in words", null=True),
    ),
)
