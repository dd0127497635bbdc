import json

from robotos.actuation.audit import WAITING, AuditFile


def entries(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_one_line_an_entry(tmp_path):
    audit = AuditFile(tmp_path / "deep" / "audit.jsonl")
    audit({"call": "drive", "sent": [0.1, 0.0]})
    audit({"call": "stop", "reason": "enough"})
    audit.close()
    assert [entry["call"] for entry in entries(tmp_path / "deep" / "audit.jsonl")] == ["drive", "stop"]


def test_it_goes_on_in_the_same_file(tmp_path):
    for call in ("a", "b"):
        audit = AuditFile(tmp_path / "audit")
        audit({"call": call})
        audit.close()
    assert [entry["call"] for entry in entries(tmp_path / "audit")] == ["a", "b"]


def test_it_never_grows_beyond_its_files(tmp_path):
    audit = AuditFile(tmp_path / "audit", max_bytes=300, kept=2)
    for number in range(100):
        audit({"call": "drive", "number": number})
    audit.close()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["audit", "audit.1", "audit.2"]
    assert all((tmp_path / name).stat().st_size <= 300 for name in files)
    kept = [entry["number"] for name in ("audit.2", "audit.1", "audit") for entry in entries(tmp_path / name)]
    assert kept == list(range(kept[0], 100))


def test_a_full_disk_is_told_once_and_stops_nothing(tmp_path, capsys):
    audit = AuditFile(tmp_path / "audit")
    audit.close()
    audit({"call": "stop"})
    audit({"call": "stop"})
    assert audit.lost == 2
    assert capsys.readouterr().err.count("cannot write") == 1


def test_orders_that_are_followed_wait_for_the_turns_end_and_everything_else_does_not(tmp_path):
    audit = AuditFile(tmp_path / "audit")
    audit({"call": "drive", "sent": [0.1, 0.0]})
    assert entries(tmp_path / "audit") == []
    audit.flush()
    assert len(entries(tmp_path / "audit")) == 1
    audit({"call": "drive", "sent": [0.1, 0.0]})
    audit({"call": "drive", "errno": "EPERM"})
    assert [entry.get("errno") for entry in entries(tmp_path / "audit")] == [None, None, "EPERM"]
    for _ in range(WAITING):
        audit({"call": "drive"})
    assert len(entries(tmp_path / "audit")) == 3 + WAITING
