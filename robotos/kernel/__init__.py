"""The kernel: processes, syscalls, memory, interrupts, capabilities, journal, trace. It imports no driver."""
