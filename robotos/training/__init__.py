"""Training the bundled model: phrases to examples, a tokenizer, a small transformer, a GGUF file and its scores."""
