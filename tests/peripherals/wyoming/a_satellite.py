"""A satellite as wyoming-satellite is one, on the protocol's own server: streams a recording once it is told to run."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import numpy as np
from wyoming.audio import AudioChunk
from wyoming.event import Event, async_write_event
from wyoming.info import Attribution, Info, Satellite
from wyoming.ping import Pong
from wyoming.pipeline import PipelineStage, RunPipeline
from wyoming.server import AsyncEventHandler, AsyncTcpServer
from wyoming.snd import Played

RATE = 16_000
INFO = Info(
    satellite=Satellite("a satellite", Attribution("", ""), installed=True, description="", version="1", area="kitchen")
)


class ASatellite:
    """Serves on a thread; `got` is what it was told, `played` the sound it was sent. `wake`: it has its own word."""

    def __init__(
        self, sounds: Sequence[np.ndarray], wake: bool = False, rate: int = RATE, channels: int = 1, pace: float = 10.0
    ) -> None:
        """`pace`: how much faster than life it streams."""
        self.pace = pace
        self.sounds, self.wake, self.rate, self.channels = list(sounds), wake, rate, channels
        self.got: list[Event] = []
        self.played = bytearray()
        self.clients = 0
        self.port = 0
        self.streaming = False
        self._loop = asyncio.new_event_loop()
        self._writers: list[asyncio.StreamWriter] = []
        self._server: AsyncTcpServer | None = None
        self.start()

    def start(self, port: int = 0) -> None:
        ready = threading.Event()

        def run() -> None:
            asyncio.set_event_loop(self._loop)
            self._server = AsyncTcpServer("127.0.0.1", port)
            self._loop.run_until_complete(self._server.start(lambda r, w: _Handler(self, r, w)))
            self.port = self._server._server.sockets[0].getsockname()[1]
            ready.set()
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert ready.wait(10.0)

    def break_off(self) -> None:
        """Pull its plug for a moment."""
        self._loop.call_soon_threadsafe(lambda: [writer.transport.abort() for writer in self._writers])

    def send_at_once(self, sound: np.ndarray) -> None:
        """What it had kept."""
        chunk = AudioChunk(RATE, 2, 1, sound.tobytes()).event()
        asyncio.run_coroutine_threadsafe(async_write_event(chunk, self._writers[-1]), self._loop).result(10.0)

    def types(self) -> list[str]:
        return [event.type for event in self.got]

    def close(self) -> None:
        async def end() -> None:
            self._server._server.close()
            for writer in self._writers:
                writer.transport.abort()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10.0)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10.0)
        self._loop.close()


class _Handler(AsyncEventHandler):
    def __init__(self, satellite: ASatellite, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(reader, writer)
        self._satellite = satellite
        self._task: asyncio.Task[None] | None = None
        satellite.clients += 1
        satellite._writers.append(writer)

    async def handle_event(self, event: Event) -> bool:
        mine = self._satellite
        if event.type == "audio-chunk":
            mine.played += event.payload or b""
            return True
        mine.got.append(event)
        if event.type == "describe":
            await self.write_event(INFO.event())
        elif event.type == "ping":
            await self.write_event(Pong(event.data.get("text")).event())
        elif event.type == "run-satellite":
            self._task = asyncio.create_task(self._stream())
        elif event.type == "transcript":
            mine.streaming = False
        elif event.type == "audio-stop":
            await self.write_event(Played().event())
        return True

    async def _stream(self) -> None:
        mine = self._satellite
        while mine.sounds:
            sound = mine.sounds.pop(0)
            stage = PipelineStage.ASR if mine.wake else PipelineStage.WAKE
            await self.write_event(RunPipeline(start_stage=stage, end_stage=PipelineStage.TTS).event())
            mine.streaming = True
            step = 1024 * mine.channels
            shaped = np.repeat(sound, mine.channels)
            began = asyncio.get_running_loop().time()
            for at in range(0, len(shaped), step):
                if mine.wake and not mine.streaming:
                    break
                block = shaped[at : at + step]
                await self.write_event(AudioChunk(mine.rate, 2, mine.channels, block.tobytes()).event())
                due = began + (at + len(block)) / mine.channels / mine.rate / mine.pace
                await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            mine.streaming = False

    async def disconnect(self) -> None:
        if self._task is not None:
            self._task.cancel()
