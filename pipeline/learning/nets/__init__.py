"""The tagger in torch: network, CRF, rounding, and what one tagger learns from others.

Together with `train.py` the only door to torch and to transformers' models.
"""
