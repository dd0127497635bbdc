"""Our server by real TCP: asked by the protocol's own client, by our own, and by nobody decent."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong
from wyoming.tts import Synthesize

from robotos.peripherals.espeak import EspeakSynthesiser
from robotos.peripherals.recogniser import PocketsphinxRecogniser
from robotos.peripherals.sound import RATE, SoundError, read_sound
from robotos.peripherals.synth import Synthesiser
from robotos.peripherals.vad import open_vad
from robotos.peripherals.wyoming.address import Address
from robotos.peripherals.wyoming.offer import Offer, Reply
from robotos.peripherals.wyoming.server import WyomingServer
from robotos.peripherals.wyoming.services import WyomingRecogniser, WyomingSynthesiser, describe
from robotos.peripherals.wyoming.wire import Connection, WireError, connect

RECORDINGS = Path(__file__).parents[3] / "robotos" / "shell" / "recordings"
HERE = Address("127.0.0.1", 0)
LIMIT = 20.0  # s


def reply(text: str) -> Reply:
    if text == "fail":
        raise SoundError("no robot runs here; start one")
    return Reply(text == "clean the kitchen", f"You said {text}.")


@pytest.fixture(scope="module")
def voice() -> Synthesiser:
    pytest.importorskip("espeakng_loader", reason="espeak-ng comes with the espeak extra")
    return EspeakSynthesiser()


@pytest.fixture(scope="module")
def server(voice: Synthesiser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WyomingServer]:
    orders = ["robot stop", "robot clean the kitchen", "do it anyway", "stop"] * 5
    recogniser = PocketsphinxRecogniser(orders, tmp_path_factory.mktemp("model"))
    made = WyomingServer(HERE, Offer(recogniser, open_vad()[0], voice, reply).serve, idle=1.0, most=4)
    yield made
    made.close()


def ask(server: WyomingServer, *events: Event, until: Callable[[Event], bool] = lambda _: True) -> list[Event]:
    """What the protocol's own client gets."""

    async def talk() -> list[Event]:
        found: list[Event] = []
        async with AsyncTcpClient(server.address.host, server.address.port, 5.0, LIMIT) as client:
            for event in events:
                await client.write_event(event)
            while not found or not until(found[-1]):
                event = await client.read_event()
                assert event is not None, found
                found.append(event)
        return found

    return asyncio.run(talk())


def test_it_says_what_it_offers(server: WyomingServer) -> None:
    info = Info.from_event(ask(server, Describe().event())[0])
    assert [program.installed for program in (*info.asr, *info.tts, *info.handle)] == [True] * 3
    assert info.asr[0].models[0].languages == info.tts[0].voices[0].languages == ["en"]
    assert info.tts[0].voices[0].name == "espeak-ng"
    assert Pong.from_event(ask(server, Ping("you").event())[0]).text == "you"


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_what_is_spoken_comes_back_as_text(server: WyomingServer, rate: int) -> None:
    pcm = read_sound(RECORDINGS / "clean_kitchen.wav")
    if rate != RATE:
        pcm = np.repeat(pcm, rate // RATE)
    stereo = np.stack([pcm, pcm], axis=1).tobytes()
    events = [Transcribe().event(), AudioStart(rate, 2, 2).event()]
    events += [AudioChunk(rate, 2, 2, stereo[at : at + 4096]).event() for at in range(0, len(stereo), 4096)]
    (answer,) = ask(server, *events, AudioStop().event())
    assert Transcript.from_event(answer).text == "robot clean the kitchen"


def test_what_is_asked_for_is_spoken(server: WyomingServer) -> None:
    events = ask(server, Synthesize("It is 15:00. Done.").event(), until=lambda event: event.type == "audio-stop")
    assert events[0].type == "audio-start"
    sound = [AudioChunk.from_event(event) for event in events[1:-1]]
    assert sum(chunk.seconds for chunk in sound) > 1.0
    assert {(chunk.rate, chunk.width, chunk.channels) for chunk in sound} == {(22050, 2, 1)}
    empty = ask(server, Synthesize("").event(), until=lambda event: event.type == "audio-stop")
    assert [event.type for event in empty] == ["audio-start", "audio-stop"]


def test_words_are_answered(server: WyomingServer) -> None:
    (done,) = ask(server, Transcript("clean the kitchen").event())
    assert Handled.from_event(done).text == "You said clean the kitchen."
    (refused,) = ask(server, Transcript("dance").event())
    assert refused.type == "not-handled" and NotHandled.from_event(refused).text == "You said dance."
    (failed,) = ask(server, Transcript("fail").event())
    assert Error.from_event(failed).text == "no robot runs here; start one"


def test_our_own_clients_use_it(server: WyomingServer) -> None:
    assert describe(server.address).tts
    recogniser = WyomingRecogniser(server.address, ["kitchen"])
    pcm = read_sound(RECORDINGS / "stop.wav")
    recogniser.begin()
    for at in range(0, len(pcm), 512):
        recogniser.feed(pcm[at : at + 512])
    heard = recogniser.finish()
    assert heard.text == "robot stop" and 0 < heard.confidence <= 1
    assert recogniser.transcribe(np.zeros(RATE, np.int16)).text == ""
    said = WyomingSynthesiser(server.address).synthesise("I am going to clean the kitchen now.")
    assert said.rate == 22050 and 1.0 < said.seconds < 5.0
    assert len(WyomingSynthesiser(server.address).synthesise(" ").pcm) == 0


def test_an_utterance_that_is_dropped_does_no_harm(server: WyomingServer) -> None:
    recogniser = WyomingRecogniser(server.address)
    pcm = read_sound(RECORDINGS / "stop.wav")
    for _ in range(3):
        recogniser.begin()
        recogniser.feed(pcm[:4000])
    assert recogniser.transcribe(pcm).text == "robot stop"


def test_two_at_once_get_their_own(server: WyomingServer) -> None:
    heard: dict[str, str] = {}

    def listen(name: str) -> None:
        heard[name] = WyomingRecogniser(server.address).transcribe(read_sound(RECORDINGS / f"{name}.wav")).text

    threads = [threading.Thread(target=listen, args=(name,)) for name in ("stop", "clean_kitchen")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert heard == {"stop": "robot stop", "clean_kitchen": "robot clean the kitchen"}


def answer_to(server: WyomingServer, raw: bytes) -> str:
    """The sentence with which a connection that sent `raw` is closed, read until its end."""
    with socket.create_connection((server.address.host, server.address.port), LIMIT) as link:
        link.sendall(raw)
        reader = Connection(link)
        while (event := reader.read(LIMIT)).type != "error":
            continue
        text = str(event.data["text"])
        with pytest.raises(WireError):  # and then it is over
            reader.read(LIMIT)
        return text


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "no JSON"),
        (b"y" * 70_000, "longer than 64 KB"),
        (b'{"type": "audio-chunk", "payload_length": 99999999}\n', "longer than the 4096 KB"),
        (b'{"type": "audio-chunk", "data": {"rate": 16000, "width": 4, "channels": 1}}\n', "16-bit"),
        (b'{"type": "audio-chunk", "data": {"rate": 1e9, "width": 2, "channels": 1}}\n', "16000 Hz"),
        (b'{"type": "audio-chunk", "data": {"rate": 16000, "width": 2, "channels": 999}}\n', "channels"),
        (
            b'{"type": "audio-chunk", "payload_length": 1, "data": {"rate": 8000, "width": 2, "channels": 1}}\nx',
            "middle",
        ),
        (b'{"type": "synthesize"}\n', "no text"),
        (b'{"type": "synthesize", "data": {"text": ["a"]}}\n', "no text"),
        (b'{"type": "transcript", "data": {"text": "%s"}}\n' % (b"a" * 3000), "no text of at most 2000"),
        (b'{"type": "describe"', "nothing was sent for 1 s"),
        (b"", "nothing was sent for 1 s"),
    ],
)
def test_who_misbehaves_is_told_one_sentence_and_hung_up_on(server: WyomingServer, raw: bytes, why: str) -> None:
    server.notes()
    assert why in answer_to(server, raw)
    (note,) = server.notes()
    assert note.startswith("the connection from 127.0.0.1 was closed: ") and why in note


def test_an_endless_utterance_is_refused(server: WyomingServer) -> None:
    link = connect(server.address)
    chunk = AudioChunk(16000, 2, 1, bytes(2_000_000)).event()
    link.write(chunk)
    assert "longer than 60 s" in link.read(LIMIT).data["text"]
    link.close()


def test_too_many_are_refused_and_make_room_again(server: WyomingServer) -> None:
    links = [connect(server.address) for _ in range(4)]
    for link in links:
        link.write(Ping().event())
        assert link.read(LIMIT).type == "pong"
    extra = connect(server.address)
    assert "4 connections are open already" in extra.read(LIMIT).data["text"]
    for link in (*links, extra):
        link.close()
    end = time.monotonic() + LIMIT
    while True:
        link = connect(server.address)
        link.write(Ping().event())
        kind = link.read(LIMIT).type
        link.close()
        if kind == "pong":
            break
        assert time.monotonic() < end


TYPES = st.sampled_from(["transcribe", "audio-start", "audio-chunk", "audio-stop", "synthesize", "transcript", "x"])
VALUES = st.none() | st.integers(-5, 50_000) | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
DATA = st.dictionaries(st.sampled_from(["rate", "width", "channels", "text", "voice"]), VALUES)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.builds(Event, TYPES, DATA, st.none() | st.binary(max_size=64)), max_size=6), st.binary(max_size=60))
def test_whatever_is_sent_the_next_one_is_served(server: WyomingServer, events: list[Event], garbage: bytes) -> None:
    link = connect(server.address)
    for event in events:
        try:
            link.write(event)
        except SoundError:
            break
    link.close()
    with socket.create_connection((server.address.host, server.address.port), LIMIT) as raw:
        raw.sendall(garbage)
    assert info_of(server).asr


def info_of(server: WyomingServer) -> Info:
    """Asked again while the connections before are still being closed."""
    end = time.monotonic() + LIMIT
    while True:
        try:
            return describe(server.address)
        except SoundError:
            assert time.monotonic() < end


class Deaf:
    """A service that accepts and never answers."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = Address("127.0.0.1", self.socket.getsockname()[1])


def test_services_that_never_answer_have_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("robotos.peripherals.wyoming.services._SYNTHESISE", 0.3)
    monkeypatch.setattr("robotos.peripherals.wyoming.services._TRANSCRIBE", 0.3)
    deaf = Deaf()
    began = time.monotonic()
    with pytest.raises(SoundError, match="choose another"):
        WyomingSynthesiser(deaf.address).synthesise("Hello.")
    with pytest.raises(SoundError, match="recogniser at wyoming://"):
        WyomingRecogniser(deaf.address).transcribe(np.zeros(RATE, np.int16))
    with pytest.raises(SoundError):
        describe(deaf.address, 0.3)
    assert time.monotonic() - began < 5.0
    deaf.socket.close()
    with pytest.raises(SoundError, match="no Wyoming service answers"):
        WyomingRecogniser(deaf.address).transcribe(np.zeros(RATE, np.int16))


def test_a_port_in_use_is_a_clear_error(server: WyomingServer) -> None:
    with pytest.raises(SoundError, match="choose another port"):
        WyomingServer(server.address, lambda link, idle: None)
