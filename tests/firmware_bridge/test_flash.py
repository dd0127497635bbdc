"""Finding a board's port and telling avrdude, with a stand-in for avrdude where its words matter."""

import os
import stat

import pytest

from firmware_bridge import flash
from firmware_bridge.boards import board
from firmware_bridge.build import Built
from firmware_bridge.flash import FlashError, Port, find_port, flash_command

MEGA = Port("/dev/ttyACM0", ("2341", "0042"), "Arduino Mega 2560")
OTHER = Port("/dev/ttyUSB3", ("10c4", "ea60"), "CP2102")


@pytest.fixture
def built(tmp_path):
    image = tmp_path / "firmware.hex"
    image.write_text(":00000001FF\n")
    return Built("mega2560", tmp_path / "firmware.elf", image, 1, 1, 1, 2, 2, 2, ())


@pytest.fixture
def avrdude(tmp_path, monkeypatch):
    """A program of that name that says so much and ends so; its arguments are kept in a file."""

    def make(says, code):
        program = tmp_path / "bin" / "avrdude"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\nprintf "{says}\\n" >&2\nexit {code}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
        return tmp_path / "arguments"

    return make


@pytest.fixture
def port():
    master, slave = os.openpty()
    yield os.ttyname(slave)
    os.close(master)
    os.close(slave)


def test_the_port_is_found_by_its_usb_id():
    assert find_port(board("mega2560"), [OTHER, MEGA]) == "/dev/ttyACM0"


def test_no_board_names_what_is_there_instead():
    with pytest.raises(FlashError, match=r"ttyUSB3 \(10c4:ea60\).*plug it in.*--port"):
        find_port(board("mega2560"), [OTHER])


def test_two_boards_want_a_word():
    with pytest.raises(FlashError, match=r"ttyACM0, /dev/ttyACM1; say --port"):
        find_port(board("mega2560"), [MEGA, Port("/dev/ttyACM1", ("2341", "0010"), "")])


@pytest.mark.parametrize(
    ("name", "words"),
    [("mega2560", "-p m2560 -c wiring -P X -b 115200 -D"), ("uno", "-p m328p -c arduino -P X -b 115200")],
)
def test_the_command(name, words, built):
    command = " ".join(flash_command(board(name), built, "X"))
    assert words in command
    assert command.endswith(f"-U flash:w:{built.hex}:i")


def test_a_board_that_avrdude_does_not_write(built):
    with pytest.raises(FlashError, match="its own tool"):
        flash_command(board("lm3s6965evb"), built, "X")


def test_it_writes_and_hands_on_the_last_word(built, avrdude, port):
    arguments = avrdude("writing flash\\navrdude done.  Thank you.", 0)
    assert flash.flash(board("mega2560"), built, port) == "avrdude done.  Thank you."
    assert f"-P {port}" in arguments.read_text()


def test_no_avrdude(built, monkeypatch, tmp_path, port):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FlashError, match="apt-get install avrdude"):
        flash.flash(board("mega2560"), built, port)


@pytest.mark.parametrize(
    ("says", "advice"),
    [
        ("stk500v2_getsync(): timeout communicating with programmer", "boot loader did not answer.*--board"),
        ("ser_open(): can't open device: Device or resource busy", "stop robotos"),
        ("something new", "-v -v"),
    ],
)
def test_what_avrdude_could_not_do_comes_with_advice(built, avrdude, port, says, advice):
    avrdude(says, 1)
    with pytest.raises(FlashError, match=f"(?s){says.split('(')[0]}.*{advice}"):
        flash.flash(board("mega2560"), built, port)


def test_no_such_port(built, avrdude):
    avrdude("", 0)
    with pytest.raises(FlashError, match="there is no port /dev/ttyNONE"):
        flash.flash(board("mega2560"), built, "/dev/ttyNONE")


def test_no_permission_names_group_and_rule(port, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever tests may be root, who may everything
    with pytest.raises(FlashError, match=r"(?s)usermod -aG dialout.*udev"):
        flash.check_port(port)
