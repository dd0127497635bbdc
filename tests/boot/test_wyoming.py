"""Wyoming in a whole system: services that are chosen, words that become orders, and what they may not."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("wyoming", reason="the wyoming extra")

from robotos.boot.children import BootError
from robotos.boot.control import ControlServer
from robotos.boot.library.catalogue import Role
from robotos.boot.library.choice import FILE, choose, read_choice
from robotos.boot.organs import best_recogniser, best_synthesiser
from robotos.boot.running import Running
from robotos.boot.simulated import Rig
from robotos.boot.wyoming import Offered, open_offer, replies, service_at, use_service
from robotos.navigation.home import Home
from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.recogniser import PocketsphinxRecogniser
from robotos.peripherals.sound import SoundError
from robotos.peripherals.vad import open_vad
from robotos.peripherals.wyoming.address import Address
from robotos.peripherals.wyoming.offer import Offer, Reply
from robotos.peripherals.wyoming.server import WyomingServer
from robotos.peripherals.wyoming.services import WyomingRecogniser, WyomingSynthesiser

LIMIT = 20.0  # s
HERE = Address("127.0.0.1", 0)


@pytest.fixture(scope="module")
def voice() -> EspeakSynthesiser:
    pytest.importorskip("espeakng_loader", reason="espeak-ng comes with the espeak extra")
    return EspeakSynthesiser()


@pytest.fixture
def speaking(voice: EspeakSynthesiser) -> Iterator[WyomingServer]:
    server = WyomingServer(HERE, Offer(voice=voice).serve)
    yield server
    server.close()


def test_a_service_becomes_what_it_can_be(speaking: WyomingServer, cottage: Home, tmp_path: Path) -> None:
    assert use_service(tmp_path, str(speaking.address)) == [Role.VOICE]
    choice = read_choice(tmp_path)
    assert choice.services == {Role.VOICE: speaking.address} and choice.notices == ()
    made = best_synthesiser(tmp_path)
    assert isinstance(made, WyomingSynthesiser) and made.synthesise("Hello.").seconds > 0.2
    with pytest.raises(BootError, match=r"is no recogniser; robotos wyoming info wyoming://127"):
        use_service(tmp_path, str(speaking.address), Role.RECOGNISER)
    choose(tmp_path, "espeak")
    assert read_choice(tmp_path).services == {}
    assert isinstance(best_synthesiser(tmp_path), EspeakSynthesiser)


def test_a_recogniser_of_another_machine_is_used_here(voice: EspeakSynthesiser, cottage: Home, tmp_path: Path) -> None:
    recogniser = PocketsphinxRecogniser(["robot stop", "clean the kitchen"] * 5, tmp_path / "model")
    server = WyomingServer(HERE, Offer(recogniser, open_vad()[0], voice).serve)
    try:
        assert use_service(tmp_path, str(server.address)) == [Role.RECOGNISER, Role.VOICE]
        made = best_recogniser(cottage, tmp_path)
        assert isinstance(made, WyomingRecogniser)
    finally:
        server.close()


def test_an_address_that_is_misspelt_is_told_and_the_built_in_does_it(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('voice = "wyoming://:x"\nlarger = "wyoming://kitchen:1"\n', "utf-8")
    choice = read_choice(tmp_path)
    assert choice.services == {} and choice.built_in(Role.VOICE) and choice.built_in(Role.LARGER)
    assert "wyoming://host:port" in choice.notices[0] and "espeak-ng speaks until then" in choice.notices[0]
    with pytest.raises(BootError, match="no Wyoming service answers"):
        service_at("127.0.0.1:1")


@pytest.fixture
def running(rig: Rig, tmp_path: Path) -> Iterator[ControlServer]:
    """A system that other processes find: `answered` lets it run."""
    control = ControlServer(rig.kernel, tmp_path / "control")
    Running(os.getpid(), str(tmp_path / "control"), "", "cottage").write(tmp_path)
    yield control
    control.close()


def answered(rig: Rig, control: ControlServer, ask: Callable[[], Reply]) -> Reply:
    found: list[Reply] = []
    thread = threading.Thread(target=lambda: found.append(ask()))
    thread.start()
    end = time.monotonic() + LIMIT
    while thread.is_alive() and time.monotonic() < end:
        control.poll()
        rig.run(0.05)
        time.sleep(0.002)
    thread.join(1.0)
    return found[0]


def test_words_over_wyoming_are_orders_and_answered(rig: Rig, running: ControlServer, tmp_path: Path) -> None:
    server = WyomingServer(HERE, open_offer(Offered(False, False, "guest"), rig.kernel.ports.home, tmp_path).serve)
    try:
        address = server.address
        assert service_at(str(address))[1].handle[0].supports_home_control

        def ask() -> Reply:
            from wyoming.asr import Transcript

            from robotos.peripherals.wyoming.wire import connect

            link = connect(address)
            link.write(Transcript("what time is it").event())
            event = link.read(LIMIT)
            link.close()
            return Reply(event.type == "handled", event.data["text"])

        reply = answered(rig, running, ask)
        assert reply.ok and reply.text
    finally:
        server.close()


def test_a_guest_over_wyoming_may_do_what_a_guest_may(rig: Rig, running: ControlServer, tmp_path: Path) -> None:
    answered(rig, running, lambda: replies(tmp_path, "guest")("clean the kitchen"))
    (turn,) = [row for row in running.services.ps({}) if row["program"] == "turn"]
    assert (turn["by"], turn["taint"]) == ("guest", "person")
    (heard,) = [entry for entry in rig.kernel.trace.entries if entry.kind == "hear"]
    assert heard.program == "guest"


def test_stop_over_wyoming_stops_whoever_says_it(rig: Rig, running: ControlServer, tmp_path: Path) -> None:
    rig.ears.type("clean the kitchen")
    rig.run(4.0)
    assert rig.kernel.ports.actuators.state().armed
    reply = answered(rig, running, lambda: replies(tmp_path, "guest")("stop"))
    assert reply.ok
    state = rig.kernel.ports.actuators.state()
    assert state.latched == "stop" and state.twist.v == 0


def test_without_a_robot_words_are_answered_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="start one with: robotos sim"):
        replies(tmp_path, "guest")("clean the kitchen")
