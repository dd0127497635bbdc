"""Finding the controller's port by what is plugged in."""

import pytest

from firmware_bridge.boards import board
from firmware_bridge.link import Link
from firmware_bridge.ports import PortError, UsbPort, find_port, known_ids, open_port, plugged_in, resolve
from firmware_bridge.transport import PtyTransport, TransportLost

MEGA = UsbPort("/dev/ttyACM0", "2341", "0042", "Arduino Mega 2560")
CLONE = UsbPort("/dev/ttyUSB0", "1a86", "7523", "USB Serial")
PHONE = UsbPort("/dev/ttyACM3", "18d1", "4ee7", "Pixel")
INTERNAL = UsbPort("/dev/ttyS0", "", "", "n/a")


def test_the_ids_come_from_the_boards():
    assert ("2341", "0042") in known_ids()
    assert known_ids() >= set(board("mega2560").usb_ids) | set(board("uno").usb_ids)


@pytest.mark.parametrize("ports", [(MEGA,), (INTERNAL, PHONE, MEGA), (CLONE, INTERNAL)])
def test_the_only_board_is_found_among_other_things(ports):
    assert find_port(ports, known_ids()) in {MEGA.device, CLONE.device}


def test_several_boards_are_named_with_what_to_type():
    with pytest.raises(PortError) as caught:
        find_port((CLONE, MEGA, PHONE), known_ids())
    assert "/dev/ttyACM0 (2341:0042 Arduino Mega 2560)" in str(caught.value)
    assert "/dev/ttyUSB0" in str(caught.value)
    assert "/dev/ttyACM3" not in str(caught.value)
    assert "--port /dev/tty" in str(caught.value)


def test_an_unknown_device_is_named_but_not_taken():
    with pytest.raises(PortError, match=r"no known board.*18d1:4ee7 Pixel.*--port /dev/ttyACM3"):
        find_port((PHONE, INTERNAL), known_ids())


def test_nothing_plugged_in_says_so():
    with pytest.raises(PortError, match="connect its USB cable"):
        find_port((INTERNAL,), known_ids())


def test_a_name_is_taken_as_it_is_and_auto_looks():
    assert resolve("/dev/ttyX", tuple) == "/dev/ttyX"
    assert resolve("auto", lambda: (MEGA,)) == MEGA.device
    with pytest.raises(TransportLost):
        resolve("auto", tuple)


def test_this_machine_can_be_asked():
    assert all(port.device.startswith("/dev/") for port in plugged_in())


def test_a_port_is_opened_by_name():
    pty = PtyTransport()
    transport = open_port(pty.port)
    transport.close()
    pty.close()
    with pytest.raises(TransportLost, match="/dev/no-such-port"):
        open_port("/dev/no-such-port")


def test_a_link_waits_for_the_board_to_be_plugged_in_again(rig):
    """`reopen` may say that there is none: the link tells why, and asks again."""
    looked = []

    def reopen():
        looked.append(rig.time)
        if len(looked) < 3:
            resolve("auto", lambda: (PHONE,))
        rig.host_end.mend()
        return rig.host_end

    link = Link(rig.host_end, lambda: rig.time, reopen=reopen)
    rig.link, rig.heartbeats = link, False
    rig.run(0.3)
    assert link.up
    rig.host_end.cut()
    rig.run(0.3)
    assert "no known board" in link.lost_reason
    rig.run(2.0)
    assert link.up
    assert len(looked) == 3
