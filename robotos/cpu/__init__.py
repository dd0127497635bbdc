"""The processor: a GGUF model run token by token through llama.cpp, writing system calls under a grammar."""
