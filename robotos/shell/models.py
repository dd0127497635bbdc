"""`robotos models`: what can be had beside the bundled model, what of it is here; getting, choosing, removing it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from robotos.boot.children import BootError
from robotos.boot.library.choice import BUILT_IN, choose, read_choice
from robotos.shell.offers import OFFERS, Offer, Wanted
from robotos.shell.options import add_home, add_json, home_of, parser, print_json


def main(argv: Sequence[str]) -> int:
    """Exit code 0 when it was done; 1 when there was nothing to remove; `BootError` when it could not be done."""
    options = _options(argv)
    home = home_of(options)
    if options.action == "list":
        return _list(home, options.json)
    if options.action == "pull":
        said = _pull(home, options)
    elif options.action == "use":
        role = choose(home, options.name)
        said = f"{options.name} is the {role} of every system that starts on {home} from now on"
    else:
        return _remove(home, options.name, options.json)
    if options.json:
        installed = OFFERS[options.name].installed(home) if options.name in OFFERS else "built in"
        print_json({"name": options.name, "done": options.action, "installed": installed, "said": said})
    else:
        print(said)
    return 0


def _pull(home: Path, options: argparse.Namespace) -> str:
    offer = OFFERS[options.name]
    print(f"{options.name}: {offer.purpose}; {offer.megabytes} MB from {offer.source}", file=sys.stderr)
    if not offer.sums:
        print("its SHA-256 is not known here: the hub's own is taken, and kept", file=sys.stderr)
    _accept(options.name, offer, options.yes)
    return offer.pull(Wanted(home, options.file, lambda text: print(text, file=sys.stderr, flush=True)))


def _remove(home: Path, name: str, as_json: bool) -> int:
    there = OFFERS[name].remove(home)
    if as_json:
        print_json({"name": name, "done": "remove", "removed": there})
    else:
        print(f"{name} was removed" if there else f"{name} was not here")
    return 0 if there else 1


def _accept(name: str, offer: Offer, yes: bool) -> None:
    """The licence is shown, and agreed to by `--yes` or at the keyboard; `BootError` otherwise."""
    print(f"licence: {offer.licence}, {offer.licence_at}", file=sys.stderr, flush=True)
    if yes:
        return
    if not sys.stdin.isatty():
        raise BootError(f"the licence must be accepted: robotos models pull {name} --yes")
    print("accept it? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise BootError("the licence was not accepted; nothing was fetched")


def _list(home: Path, as_json: bool) -> int:
    choice = read_choice(home)
    used = {model.name for model in choice.models.values() if model is not None}
    rows = [
        {
            "name": name, "installed": offer.installed(home), "used": name in used, "purpose": offer.purpose,
            "source": offer.source, "licence": offer.licence, "licence_at": offer.licence_at,
            "megabytes": offer.megabytes, "sha256_known": offer.sums,
        }
        for name, offer in OFFERS.items()
    ]  # fmt: skip
    if as_json:
        print_json(rows)
        return 0
    for row in rows:
        there = row["installed"] or f"not here; robotos models pull {row['name']} ({row['megabytes']} MB)"
        star = "*" if row["used"] else " "
        print(f"{star}{row['name']:<16} {row['purpose']}; {row['licence']}\n{'':<17} {there}")
    for notice in choice.notices:
        print(notice)
    return 0


def _options(argv: Sequence[str]) -> argparse.Namespace:
    to = parser(
        "models",
        "Models beside the bundled one: list them (a star marks what is used), fetch one with its licence shown and "
        "its SHA-256 checked, choose one for the systems started from then on, remove one.",
        "models list",
        "models pull encoder --yes",
        "models pull qwen2.5-0.5b",
        "models use qwen2.5-0.5b",
        "models use bundled",
    )
    actions = to.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="what there is, and what of it is on this machine")
    pulling = actions.add_parser("pull", help="fetch one; continues where an earlier attempt broke off")
    pulling.add_argument("name", choices=sorted(OFFERS), help="which")
    pulling.add_argument("--yes", action="store_true", help="accept its licence")
    pulling.add_argument("--from", dest="file", type=Path, metavar="FILE", help="a file fetched on another machine")
    using = actions.add_parser("use", help="choose one, or what is built in, for systems started from now on")
    using.add_argument("name", choices=[*sorted(set(OFFERS) - {"encoder"}), *BUILT_IN], help="which", metavar="NAME")
    removing = actions.add_parser("remove", help="delete one from this machine")
    removing.add_argument("name", choices=sorted(OFFERS), help="which")
    for action in (listing, pulling, using, removing):
        add_json(action)
        add_home(action)
    return to.parse_args(argv)
