"""Commands that put right what is not as it should be."""
