"""Range readings, battery and contacts, as they arrive at the host."""

import random

import pytest

from firmware_bridge.messages import BEAMS, NO_ECHO, Flag, Scan
from tests.hil.lidar import DUST_AT, turn

TURN = 0.1  # s


def ring(seed, gaps=True):
    """A room in which no two beams read alike, so that a scan turned or mirrored cannot pass; some without an echo."""
    rng = random.Random(seed)
    ranges = [300 + 70 * i + rng.randrange(60) for i in range(BEAMS)]
    return tuple(NO_ECHO if gaps and rng.random() < 0.1 else mm for mm in ranges)


def scans(bench, ranges, turns=5):
    """What arrives when the lidar sees the same for so many turns."""
    since = len(bench.received)
    for _ in range(turns):
        bench.plant.show(ranges)
        bench.run(TURN)
    return bench.all(Scan, since)


@pytest.mark.needs("ranges")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_scan_arrives_as_it_was_seen_beam_by_beam_counter_clockwise(bench, seed):
    bench.hello()
    ranges = ring(seed)
    seen = scans(bench, ranges)[-1].ranges_mm
    assert len(seen) == BEAMS
    for beam, (got, want) in enumerate(zip(seen, ranges, strict=True)):
        assert abs(got - want) <= 1, f"beam {beam}: {got} in place of {want}"


@pytest.mark.needs("ranges")
def test_scans_come_once_a_turn(bench):
    bench.hello()
    scans(bench, ring(1), 2)
    assert 8 <= len(scans(bench, ring(1), 10)) <= 11


@pytest.mark.needs("lidar", "virtual")
def test_the_serial_protocol_of_the_lidar_is_read_packet_by_packet(bench):
    """Against packets made here from the maker's description, not by the emulator."""
    bench.hello()
    ranges = ring(4)
    since = len(bench.received)
    for _ in range(4):
        feed(bench, turn(ranges))
    seen = bench.all(Scan, since)[-1].ranges_mm
    assert [abs(got - want) <= 1 for got, want in zip(seen, ranges, strict=True)] == [True] * BEAMS


@pytest.mark.needs("lidar", "virtual")
def test_of_several_readings_in_a_bin_the_nearest_counts_and_dust_does_not(bench):
    bench.hello()
    ranges = tuple(2000 for _ in range(BEAMS))
    near = {5: 900, 40: 1500}
    since = len(bench.received)
    for _ in range(4):
        feed(bench, turn(ranges, nearer=near, dust=(7, 8, 60)))
    seen = bench.all(Scan, since)[-1].ranges_mm
    assert {i: mm for i, mm in enumerate(seen) if mm != 2000} == near
    assert DUST_AT not in seen


def feed(bench, packets):
    """One turn's packets, spread over the turn as the lidar sends them."""
    for packet in packets:
        bench.plant.board.lidar(packet)
        bench.run(TURN / len(packets))


@pytest.mark.needs("lidar", "virtual")
def test_damaged_packets_never_make_a_wrong_reading(bench):
    """What a damaged packet would have told is missing from the scan, or older; no reading is made up."""
    bench.hello()
    ranges = ring(2, gaps=False)
    rng = random.Random(9)
    since = len(bench.received)
    for _ in range(12):
        packets = []
        for packet in turn(ranges):
            spoilt = bytearray(packet)
            if rng.random() < 0.4:
                for bit in rng.sample(range(len(spoilt) * 8), rng.randint(1, 3)):
                    spoilt[bit // 8] ^= 1 << bit % 8
            if rng.random() < 0.1:
                del spoilt[rng.randrange(len(spoilt)) :]
            packets.append(bytes(spoilt))
        feed(bench, packets)
    arrived = bench.all(Scan, since)
    readings = [(got, want) for scan in arrived for got, want in zip(scan.ranges_mm, ranges, strict=True)]
    wrong = [(got, want) for got, want in readings if got != NO_ECHO and abs(got - want) > 1]
    assert wrong == []
    assert not arrived or any(got != NO_ECHO for got, _ in readings)
    for _ in range(4):
        feed(bench, turn(ranges))
    assert [abs(a - b) <= 1 for a, b in zip(bench.all(Scan)[-1].ranges_mm, ranges, strict=True)] == [True] * BEAMS


@pytest.mark.needs("ranges", "virtual")
def test_a_dead_lidar_means_no_scan_and_not_an_empty_room(bench):
    bench.hello()
    assert scans(bench, ring(1), 4)
    if bench.target.can("lidar"):
        bench.plant.board.lidar(b"")
    bench.run(0.2)
    since = len(bench.received)
    bench.run(0.6)
    assert bench.all(Scan, since) == []


@pytest.mark.needs("press")
@pytest.mark.lengthy
@pytest.mark.parametrize("mv", [12_800, 14_400, 16_800])
def test_the_battery_is_read_to_50_millivolts(bench, mv):
    bench.hello()
    bench.plant.press(battery_mv=mv)
    bench.run(1.0)
    assert bench.state().battery_mv == pytest.approx(mv, abs=50)


@pytest.mark.needs("press")
def test_charging_is_reported(bench):
    bench.hello()
    for charging in (True, False):
        bench.plant.press(charging=charging)
        bench.run(0.03)
        assert bool(bench.state().flags & Flag.CHARGING) == charging


@pytest.mark.needs("arm", "press")
def test_holding_is_reported(bench):
    bench.hello()
    for holding in (True, False):
        bench.plant.press(gripper_holding=holding)
        bench.run(0.03)
        assert bool(bench.state().flags & Flag.HOLDING) == holding
