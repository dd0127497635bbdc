"""Where a Wyoming peer is: `wyoming://host:port`."""

from __future__ import annotations

import importlib.util
import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from robotos.peripherals.sound import SoundError

SCHEME: Final = "wyoming"
_SCHEMES: Final = (SCHEME, "tcp")  # Home Assistant's own programs write tcp://

_HOST: Final = re.compile(r"[\w.:%-]{1,253}")


@dataclass(frozen=True, slots=True)
class Address:
    """A host by name or number, and a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{SCHEME}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def is_address(text: str) -> bool:
    """Whether `text` is meant as an address, right or wrong."""
    return text.startswith(tuple(f"{scheme}://" for scheme in _SCHEMES))


def parse_address(text: str, port: int | None = None) -> Address:
    """`wyoming://host:port`, `tcp://host:port` or `host:port`; `port` where none is given. Raises `SoundError`."""
    problem = SoundError(f"{text!r} is not an address of a Wyoming service; write it as {SCHEME}://host:port")
    try:
        parts = urlsplit(text if "://" in text else f"{SCHEME}://{text}")
        found = parts.port if parts.port is not None else port
        host = parts.hostname
    except ValueError:
        raise problem from None
    if parts.scheme not in _SCHEMES or not host or found is None or parts.path.strip("/") or parts.query:
        raise problem
    if not _HOST.fullmatch(host) or parts.username is not None:
        raise problem
    return Address(host, found)


def need_package() -> None:
    """Raises `SoundError` where the messages' package is not installed."""
    if importlib.util.find_spec("wyoming") is None:
        raise SoundError("Wyoming services need: pip install 'robotos[wyoming]'")
