"""The tagger in torch: network, CRF, rounding, and what one tagger learns from others."""
