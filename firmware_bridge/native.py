"""The compiled part of the bridge: what is said when it is missing, and the frames that every order needs made."""

from __future__ import annotations


class CoreMissingError(ImportError):
    """The C core was not built, or was built from another schema; the text says what to do."""


NOT_BUILT = "the motor controller's core is not built: run `make setup` (it needs a C compiler)"

try:
    from firmware_bridge._core import payload_frame
except ImportError:

    def payload_frame(session: int, request: int, kind: int, payload: bytes, /) -> bytes:
        """Whoever only looks what is installed can go on; whoever wants to send cannot."""
        raise CoreMissingError(NOT_BUILT)


__all__ = ["NOT_BUILT", "CoreMissingError", "payload_frame"]
