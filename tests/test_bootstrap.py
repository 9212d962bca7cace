import ast
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap

ROOT = Path(bootstrap.__file__).parent


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a space in its name, where making an environment and installing only leave their mark."""
    root = tmp_path / "my checkout"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]")
    (root / "constraints.txt").write_text("numpy==2.0")

    def run(command: list[str], cwd: Path = ROOT) -> int:
        calls.append("venv" if "venv" in command else "pip")
        if "venv" in command:
            python = Path(command[-1]) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
        return failures.get(calls[-1], 0)

    calls.clear()
    failures.clear()
    monkeypatch.setattr(bootstrap, "run", run)
    monkeypatch.setattr(bootstrap, "find_python", lambda: [sys.executable])
    return root


calls: list[str] = []
failures: dict[str, int] = {}


def made_by(root: Path) -> list[str]:
    calls.clear()
    assert bootstrap.set_up(root).exists()
    return calls.copy()


def test_set_up_installs_once(checkout: Path) -> None:
    assert made_by(checkout) == ["venv", "pip"]
    assert made_by(checkout) == []


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_requirements_install_again(checkout: Path, name: str) -> None:
    made_by(checkout)
    (checkout / name).write_text("changed")
    assert made_by(checkout) == ["pip"]


def test_a_moved_checkout_is_set_up_anew(checkout: Path) -> None:
    made_by(checkout)
    moved = checkout.rename(checkout.with_name("elsewhere"))
    assert made_by(moved) == ["venv", "pip"]


def test_an_installation_that_failed_is_done_again(checkout: Path) -> None:
    failures["pip"] = 1
    with pytest.raises(bootstrap.SetupError, match="pip could not install"):
        bootstrap.set_up(checkout)
    failures.clear()
    assert "pip" in made_by(checkout)
    (checkout / ".venv" / "mdg-setup.json").write_text("{half")
    assert "pip" in made_by(checkout)


def test_a_failed_environment_says_what_to_install(checkout: Path) -> None:
    failures["venv"] = 1
    with pytest.raises(bootstrap.SetupError, match=r"python3\.11-venv"):
        bootstrap.set_up(checkout)


def test_find_python_takes_the_first_of_the_right_version(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bootstrap.version_of([sys.executable]) == sys.version_info[:2]
    assert bootstrap.version_of(["no-such-python"]) is None
    versions = {sys.executable: (3, 13), "python3.11": None, "py": (3, 11)}
    monkeypatch.setattr(bootstrap, "version_of", lambda command: versions[command[0]])
    assert bootstrap.find_python() == ["py", "-3.11"]
    versions["py"] = None
    with pytest.raises(bootstrap.SetupError, match=r"winget install"):
        bootstrap.find_python()


def test_run_passes_the_exit_status_on(tmp_path: Path) -> None:
    assert bootstrap.run([sys.executable, "-c", "raise SystemExit(3)"], cwd=tmp_path) == 3


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a process without asking it")
def test_a_command_cleans_up_before_we_end(tmp_path: Path) -> None:
    child = (
        "import pathlib, signal, time\n"
        "def end(*_): pathlib.Path('cleaned').touch(); raise SystemExit(5)\n"
        "signal.signal(signal.SIGTERM, end); print('ready', flush=True)\n"
        "while True: time.sleep(1)\n"
    )
    parent = "import bootstrap, pathlib, sys; sys.exit(bootstrap.run(sys.argv[1:4], pathlib.Path(sys.argv[4])))"
    command = [sys.executable, "-c", parent, sys.executable, "-c", child, str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"ready"
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 5
    assert (tmp_path / "cleaned").exists()


def test_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bootstrap.main(["dance"])
    assert ended.value.code == 2
    assert "demo" in capsys.readouterr().err


def test_clean_leaves_the_state(tmp_path: Path) -> None:
    for name in (".venv/bin", "data/state", "mdg_core/__pycache__", "mididrumigen.egg-info"):
        (tmp_path / name).mkdir(parents=True)
    bootstrap.clean(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "mdg_core"]
    assert (tmp_path / "data" / "state").exists()
    assert not (tmp_path / "mdg_core" / "__pycache__").exists()


def test_an_old_python_can_read_the_script_and_say_what_is_missing() -> None:
    ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_every_command_of_the_makefile_is_one_of_the_script() -> None:
    phony = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY:"))
    assert set(phony.split()[1:]) == {*bootstrap.COMMANDS, "clean"}


def test_the_stamp_is_plain(checkout: Path) -> None:
    made_by(checkout)
    content = json.loads((checkout / ".venv" / "mdg-setup.json").read_text())
    assert content == bootstrap.stamp(checkout)
