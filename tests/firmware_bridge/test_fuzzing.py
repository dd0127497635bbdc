"""Short runs of the fuzzers, and proof that they would notice: each also meets what is broken on purpose."""

import shutil

import pytest

from firmware_bridge import build as firmware
from firmware_bridge.emulator import EmulatedController, EmulatorMissingError
from firmware_bridge.fuzzing import frames, libfuzzer
from firmware_bridge.fuzzing.libfuzzer import CORE, FIRMWARE, TARGETS, FuzzerMissingError, build, compiler, fuzz
from firmware_bridge.fuzzing.twins import EMULATED
from firmware_bridge.host import HostController, Outputs

EXECUTIONS = 1500


def clang():
    try:
        return compiler()
    except FuzzerMissingError as error:
        return pytest.skip(str(error))


def nothing(_count):
    pass


# ------------------------------------------------------------ damaged traffic


def test_twenty_thousand_frames_of_noise_move_nothing_that_was_not_ordered():
    told = []
    part = frames.run(20_000, 11, told.append)
    assert part.violations == ()
    assert part.counts["frames"] == 20_000
    assert part.counts["periods with wheels turning"] > part.counts["periods"] / 2
    assert told[-1] == 20_000
    assert min(number for name, number in part.counts.items() if name.startswith("frames: ")) > 500


def test_the_same_seed_gives_the_same_run():
    first, second = (frames.run(3000, 5, nothing) for _ in range(2))
    assert (first.counts, first.violations) == (second.counts, second.violations)
    assert first.counts != frames.run(3000, 6, nothing).counts


class OnePeriodLate(HostController):
    """Its pins follow one period late."""

    def tick(self, now_us, inputs):
        late, self.late = self.late, super().tick(now_us, inputs)
        return late

    late = Outputs(0, 0, 0, False, (0, 0, 0), False)


class Gullible(HostController):
    """Moves a little for everything that looks like a Drive, whatever its CRC says."""

    def receive(self, data):
        super().receive(data)
        for frame in data.split(b"\0"):
            if len(frame) > 14 and frame[1:2] == b"\x10":
                self.gulled = 3

    gulled = 0

    def tick(self, now_us, inputs):
        outputs = super().tick(now_us, inputs)
        self.gulled = max(0, self.gulled - 1)
        return Outputs(90, 90, 0, False, (0, 0, 0), True) if self.gulled and not outputs.enabled else outputs


class Forgetful(HostController):
    """Loses bytes: some orders of the host never arrive."""

    count = 0

    def receive(self, data):
        self.count += 1
        super().receive(data if self.count % 50 else data[:-1])


@pytest.mark.parametrize("broken", [OnePeriodLate, Gullible, Forgetful])
def test_a_broken_controller_is_noticed(broken):
    assert frames.run(3000, 1, nothing, broken(1)).violations


def test_an_emulated_board_under_noise():
    try:
        controller = EmulatedController(firmware.build("mega2560"), firmware.board("mega2560"))
    except (firmware.BuildError, EmulatorMissingError) as error:
        pytest.skip(str(error))
    part = frames.run(3000, 3, nothing, controller, EMULATED)
    assert part.violations == ()
    assert part.counts["periods with wheels turning"] > 100


# ------------------------------------------------------------ libFuzzer


@pytest.mark.parametrize("name", list(TARGETS))
def test_a_short_run_finds_nothing(name, tmp_path):
    clang()
    target = TARGETS[name]
    outcome = fuzz(target, build(target, tmp_path), tmp_path, EXECUTIONS, seed=1)
    assert outcome.failure == ""
    assert outcome.executions >= EXECUTIONS
    assert outcome.corpus >= len(target.seeds())


BREAKS = {
    "deadlines are ignored": ("core.c", "(int32_t)(now_ms - order->deadline) >= 0", "0"),
    "the tag is ignored": ("requests.c", "tag == wire_get_u16(frame + 1)", "(tag | 1)"),
    "a late order overrides a newer one": ("requests.c", "if (ordered && (int16_t)", "if (0 && (int16_t)"),
    "heartbeats are not needed": ("core.c", "core->now - core->last_heartbeat >= HEARTBEAT_MS", "0"),
    "the button does not latch": ("core.c", "if (in->stop_button)", "if (0)"),
    "a bump does not stop a ramp": (
        "core.c",
        "in->bumper && (core->armed || core->ramp.alive)",
        "in->bumper && core->armed",
    ),
    "a ramp never ends": ("latch.c", "core->now + RAMP_MS", "core->now + 5000"),
    "anything may be cleared": ("latch.c", "if (core->stop_button || core->bumper || core->cliff)", "if (0)"),
    "another boot may be armed": ("latch.c", "if (nonce != core->nonce)", "if (0)"),
    "the CRC is ignored": ("codec.c", "crc == wire_get_u16(reader->bytes + length - CRC_SIZE)", "(crc | 1)"),
    "a long frame overruns its buffer": (
        "codec.c",
        "reader->length == RX_FRAME_MAX",
        "reader->length == RX_FRAME_MAX + 9",
    ),
}


@pytest.fixture(scope="module")
def breakable(tmp_path_factory):
    """A copy of the firmware to break."""
    clang()
    copy = tmp_path_factory.mktemp("broken") / "firmware"
    for folder in ("core", "fuzz"):
        shutil.copytree(FIRMWARE / folder, copy / folder)
    return copy


@pytest.mark.parametrize("what", list(BREAKS))
def test_the_seeds_alone_find_what_is_broken_on_purpose(what, breakable, tmp_path):
    name, right, wrong = BREAKS[what]
    source = breakable / "core" / name
    text = (FIRMWARE / "core" / name).read_text()
    assert text.count(right) == 1, "the code has changed: break it in another place"
    source.write_text(text.replace(right, wrong))
    try:
        target = TARGETS["decoder" if name == "codec.c" else "core"]
        sanitizers = "fuzzer,address" if "buffer" in what else "fuzzer"
        program = build(target, tmp_path, breakable, sanitizers, "-O0")
        outcome = fuzz(target, program, tmp_path, 0 if name != "codec.c" else EXECUTIONS, seed=1)
    finally:
        source.write_text(text)
    assert outcome.failure
    assert outcome.input


def test_a_soak_part_tells_what_was_done():
    clang()
    told = []
    part = libfuzzer.run(50, 3, told.append)
    assert part.violations == ()
    assert set(part.counts) == {"executions: decoder", "executions: core"}
    assert told[-1] == sum(part.counts.values())


def test_without_clang_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(libfuzzer.shutil, "which", lambda _name: None)
    with pytest.raises(FuzzerMissingError, match="apt-get install clang"):
        compiler()


def test_the_core_of_the_harness_is_the_whole_core():
    assert {path.name for path in (FIRMWARE / "core").glob("*.c")} == {*CORE, "main.c"}
