"""What is trained, in torch: the tagger, the networks of names and of relations, and how they learn.

Together with `train.py` the only door to torch and to transformers' models.
"""
