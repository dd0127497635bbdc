"""`robotos wyoming serve|info|use`: speak Wyoming with Home Assistant and its satellites, recognisers and voices."""

from __future__ import annotations

import argparse
import math
import signal
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

from robotos.boot.children import BootError
from robotos.boot.library.catalogue import Role
from robotos.boot.maps import load_map
from robotos.boot.running import find
from robotos.boot.wyoming import Offered, open_offer, service_at, use_service
from robotos.peripherals.sound import SoundError
from robotos.peripherals.wyoming.address import Address
from robotos.shell.options import add_home, add_json, home_of, parser, print_json, seconds

if TYPE_CHECKING:
    from wyoming.info import Info

PORT = 10310
_LOOK = 0.2  # s between looks at what the server has to tell


def main(argv: Sequence[str]) -> int:
    """Exit code 0: it was done, or ended by Ctrl-C; 1: it could not be done; 2: called wrongly."""
    options = _options(argv)
    if options.action == "info":
        return _info(options)
    if options.action == "use":
        return _use(options)
    return _serve(options)


class _Row(TypedDict):
    kind: str
    name: str
    version: str
    models: list[str]


def _serve(options: argparse.Namespace) -> int:
    if not (options.hearing or options.voice or options.orders):
        raise BootError("nothing would be served; leave out --no-asr or --no-tts, or take orders with --orders guest")
    directory = home_of(options)
    running = find(directory)
    _, home = load_map(running.map if running is not None else options.map)
    offer = open_offer(Offered(options.hearing, options.voice, options.orders), home, directory)
    from robotos.peripherals.wyoming.server import WyomingServer

    try:
        server = WyomingServer(Address(options.bind, options.port), offer.serve)
    except SoundError as error:
        raise BootError(str(error)) from error
    parts = [
        name for name, there in (("asr", options.hearing), ("tts", options.voice), ("handle", options.orders)) if there
    ]
    _tell(options, "ready", f"{', '.join(parts)} at {server.address}", address=str(server.address), offers=parts)
    if not server.address.loopback:
        _tell(options, "warning", _open_to_all(options.orders))
    asked_to_end: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell began this in the background, deaf to Ctrl-C
        signal.signal(number, lambda received, _frame: asked_to_end.append(received))
    end = time.monotonic() + (options.seconds or math.inf)
    try:
        while not asked_to_end and time.monotonic() < end:
            for note in server.notes():
                _tell(options, "note", note)
            time.sleep(_LOOK)
    finally:
        server.close()
    return 0


def _open_to_all(orders: str) -> str:
    may = f" and give the robot orders as {'a guest' if orders == 'guest' else 'its owner'}" if orders else ""
    return f"Wyoming knows no passwords: whoever reaches this address can use it{may}; let a firewall see to who does"


def _info(options: argparse.Namespace) -> int:
    where, info = service_at(options.address)
    rows = _rows(info)
    if options.json:
        print_json({"address": str(where), "offers": rows})
        return 0
    print(f"{where}: {'; '.join(row['kind'] for row in rows) or 'offers nothing'}")
    for row in rows:
        more = f": {', '.join(row['models'])}" if row["models"] else ""
        print(f"  {row['kind']:<10} {row['name']} {row['version']}{more}".rstrip())
    if any(row["kind"] == "satellite" for row in rows):
        print(f"to make it the robot's ears and mouth: robotos sim --satellite {where.host}:{where.port}")
    elif any(row["kind"] in {"asr", "tts"} for row in rows):
        print(f"to let the robot use it: robotos wyoming use {where}")
    return 0


def _rows(info: Info) -> list[_Row]:
    kinds = {"asr": "models", "tts": "voices", "handle": "models", "intent": "models", "wake": "models"}
    rows: list[_Row] = [
        {
            "kind": kind, "name": program.name, "version": program.version or "",
            "models": [one.name for one in getattr(program, parts) if one.installed],
        }
        for kind, parts in kinds.items()
        for program in getattr(info, kind)
        if program.installed
    ]  # fmt: skip
    if (satellite := info.satellite) is not None:
        area = [satellite.area] if satellite.area else []
        rows.append({"kind": "satellite", "name": satellite.name, "version": satellite.version or "", "models": area})
    return rows


def _use(options: argparse.Namespace) -> int:
    directory = home_of(options)
    roles = use_service(directory, options.address, Role(options.role) if options.role else None)
    said = f"{options.address} is the {' and '.join(roles)} of every system that starts on {directory} from now on"
    _tell(options, "done", said, roles=list(roles))
    return 0


def _tell(options: argparse.Namespace, kind: str, text: str, **more: object) -> None:
    if options.json:
        print_json({"kind": kind, "text": text, **more})
    elif kind in {"warning", "note"}:
        print(f"{kind}: {text}", file=sys.stderr, flush=True)
    else:
        print(text, flush=True)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "wyoming",
        "Speak the Wyoming protocol of Home Assistant. serve: lend it this home's recogniser and the robot's voice,\n"
        "and take its words as orders. use: let a service there be the recogniser or the voice. info: ask a service\n"
        "or satellite what it is. Satellites become ears and mouth with robotos sim|run --satellite HOST.",
        "wyoming serve --bind 0.0.0.0 --orders guest",
        "wyoming info homeassistant.local:10300",
        "wyoming use wyoming://homeassistant.local:10300",
        "sim --satellite kitchen.local",
    )
    actions = to.add_subparsers(dest="action", required=True, metavar="ACTION")
    serve = actions.add_parser("serve", help="until Ctrl-C; asr, tts and, with --orders, the robot as one to talk to")
    serve.add_argument("--bind", default="127.0.0.1", metavar="HOST", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, default=PORT, metavar="N", help=f"port (default: {PORT}; 0: any free one)")
    serve.add_argument("--no-asr", dest="hearing", action="store_false", help="do not lend the recogniser")
    serve.add_argument("--no-tts", dest="voice", action="store_false", help="do not lend the voice")
    serve.add_argument(
        "--orders", choices=("guest", "owner"), default="", help="take words for the robot, as if such a one spoke them"
    )
    serve.add_argument("--map", default="apartment", metavar="NAME", help="whose names are heard (default: apartment)")
    serve.add_argument("--seconds", type=seconds, metavar="S", help="end after so many seconds")
    info = actions.add_parser("info", help="what a service or satellite is")
    use = actions.add_parser("use", help="let a service be recogniser or voice of systems started from now on")
    use.add_argument("--as", dest="role", choices=(Role.RECOGNISER.value, Role.VOICE.value), help="only one of the two")
    for action in (info, use):
        action.add_argument("address", metavar="ADDRESS", help="host:port or wyoming://host:port")
    for action in (serve, info, use):
        add_json(action)
        add_home(action)
    return to.parse_args(argv)
