"""The parts of the stage track: counting and estimating."""
