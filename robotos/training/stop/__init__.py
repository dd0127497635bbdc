"""Training the stop reflex: human recordings and synthesised voices in, a small ONNX network and its card out."""
