from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from mdg_core.kit import Voice
from mdg_core.midi import ClipNote, write_midi
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_drummer.feel import play
from mdg_drummer.feel_prior import (
    BAR,
    CELLS,
    INPUTS,
    LANES,
    LEVELS,
    QUANTITIES,
    Layer,
    Nets,
    Prior,
    packaged_prior,
    unpack,
    value_at,
)
from mdg_pipeline.fit import fit_prior
from mdg_pipeline.fit.residuals import level_of, shared_variance
from mdg_pipeline.fit.takes import Windows, corpus_hash, habits_of_players, read_corpus, windows_of
from mdg_pipeline.fit.train import _NETS, _arrays, _HabitsOfOthers, _model, _Plan

GROOVE = Path(__file__).resolve().parents[3] / "shared" / "groove"
KICK, SNARE, HAT = 36, 38, 42


def write_take(path: Path, late: float, level: int, bars: int = 4, metre: Metre | None = None) -> None:
    """Hats on eighths, the snare late by `late` sixteenths and as loud as told."""
    metre = metre or Metre()
    notes = []
    for bar in range(bars):
        at = float(bar * metre.bar_quarters)
        notes += [ClipNote(HAT, at + i / 2, 0.1, 60) for i in range(int(2 * metre.bar_quarters))]
        notes += [ClipNote(KICK, at, 0.1, 100), ClipNote(SNARE, at + 1 + late / 4, 0.1, level)]
    path.parent.mkdir(parents=True, exist_ok=True)
    data = write_midi(notes, tempo=120, metre=metre, name="take", quarters=Fraction(bars) * metre.bar_quarters)
    path.write_bytes(data)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two players: one late and soft on the snare, one early and loud."""
    root = tmp_path / "corpus"
    for index in range(3):
        write_take(root / "lazy" / f"{index}.mid", 0.3, 40)
        write_take(root / "eager" / "deep" / f"{index}.MID", -0.2, 120)
    write_take(root / "eager" / "waltz.mid", 0, 90, metre=Metre(3, 4))
    write_take(root / "eager" / "short.mid", 0, 90, bars=1)
    (root / "eager" / "broken.mid").write_bytes(b"MThd and no more")
    return root


class TestTakes:
    def test_reads_what_is_in_common_time(self, corpus: Path) -> None:
        warnings: list[str] = []
        takes = read_corpus(corpus, warnings.append)
        assert [(t.name, t.player) for t in takes] == [
            *((f"eager/deep/{i}.MID", "eager") for i in range(3)),
            *((f"lazy/{i}.mid", "lazy") for i in range(3)),
        ]
        assert [w.split(":")[0] for w in warnings] == ["eager/broken.mid"]
        lazy = takes[-1]
        assert lazy.hits.shape == (4 * BAR, LANES)
        assert lazy.offset[4, 1] == pytest.approx(0.3, abs=0.01)
        assert lazy.velocity[4, 1] == 40
        assert lazy.hits.sum(axis=0).tolist()[:3] == [4, 4, 32]

    def test_a_table_names_drummers_and_splits(self, corpus: Path) -> None:
        rows = "drummer,midi_filename,split,style\nanna,lazy/0.mid,test,rock\n"
        (corpus / "info.csv").write_text(rows)
        take = next(t for t in read_corpus(corpus, lambda text: None) if t.name == "lazy/0.mid")
        assert (take.player, take.split, take.style) == ("anna", "test", "rock")

    def test_windows_know_their_place_in_the_bar(self, corpus: Path) -> None:
        takes = read_corpus(corpus, lambda text: None)
        assert len(windows_of(takes)) == 6 * 3
        beats = windows_of(takes, 4)
        assert len(beats) == 6 * 9
        assert beats.positions[1, :3].tolist() == [4, 5, 6]
        assert beats.hits[1, 0, 1]  # a window from beat two starts with the snare
        with pytest.raises(ValueError, match="no takes"):
            windows_of([])

    def test_habits_are_of_the_player(self, corpus: Path) -> None:
        habits = habits_of_players(read_corpus(corpus, lambda text: None))
        count, total, squares = habits["lazy"][1, :, 4, 1]
        assert (count, total / count, squares / count) == (12, 40, 1600)
        count, total, _ = habits["eager"][0, :, 4, 1]
        assert total / count == pytest.approx(-0.2 * 125, abs=1.5)  # ms

    def test_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="nowhere"):
            read_corpus(tmp_path / "nowhere", print)

    @pytest.mark.skipif(not GROOVE.is_dir(), reason="the Groove MIDI Dataset is not beside the repository")
    def test_the_quantised_row_of_the_protocol(self) -> None:
        """Validation takes put on the grid; on the test takes the paper has 22.6 ms."""
        windows = windows_of([t for t in read_corpus(GROOVE, print) if t.split == "validation"])
        ms = np.abs(windows.offset * 15000 / windows.tempo[:, None, None])[windows.hits]
        assert (len(windows), len(ms)) == (2055, 75909)
        assert ms.mean() == pytest.approx(22.95, abs=0.02)
        assert (windows.offset[windows.hits] ** 2).mean() == pytest.approx(0.0442, abs=2e-4)


class TestTraining:
    def test_numpy_plays_what_torch_fitted(self) -> None:
        torch = pytest.importorskip("torch")
        torch.manual_seed(0)
        plan = _Plan(1, 8, 2, 0, False)
        model = _model(plan).eval()
        arrays = _arrays(model, 2)

        def doubled(name: str) -> np.ndarray:
            array = np.stack([arrays[name]] * 2)
            return array.reshape(-1, *array.shape[2:])

        layers = tuple(Layer(*(doubled(f"{n}_{i}") for n in ("w_in", "w_rec", "b_in", "b_rec"))) for i in range(2))
        nets = Nets(layers, np.stack([arrays["head"]] * 2), np.stack([arrays["head_bias"]] * 2))
        x = np.random.default_rng(0).normal(size=(QUANTITIES, CELLS, 3, INPUTS)).astype(np.float32)
        found = nets(x)
        for quantity in range(QUANTITIES):
            with torch.no_grad():
                wanted = model(torch.from_numpy(x[quantity])).numpy().transpose(1, 0, 2, 3)
            assert np.allclose(found[quantity], wanted, atol=1e-5)

    def test_habits_told_never_hold_the_take_itself(self, corpus: Path) -> None:
        takes = read_corpus(corpus, lambda text: None)
        others = _HabitsOfOthers(takes)
        rng = np.random.default_rng(0)
        known, shift = others.draw(np.repeat(np.arange(6), 50), _NETS[2], rng)
        hits = known[:, 1, 0].sum(axis=(1, 2))
        own = takes[0].hits.sum()
        assert set(np.unique(hits)) == {0, own, 2 * own}
        assert 0.6 < (hits > 0).mean() < 0.8
        assert not shift[hits == 0].any()
        told = known[hits > 0]
        mean = told[:, 1, 1, 4, 1] / told[:, 1, 0, 4, 1] - shift[hits > 0][:, 1]
        assert np.allclose(np.sort(np.unique(np.rint(mean))), [40, 120])
        # the spread of the habits does not change as they are moved
        variance = told[:, 1, 2, 4, 1] / told[:, 1, 0, 4, 1] - (told[:, 1, 1, 4, 1] / told[:, 1, 0, 4, 1]) ** 2
        assert np.allclose(variance, 0, atol=0.05)

    def test_learns_its_corpus(self, corpus: Path, tmp_path: Path) -> None:
        pytest.importorskip("torch")
        out = tmp_path / "new" / "prior.npz"
        report = fit_prior(corpus, out, epochs=100, hidden=12, layers=1, workers=1)
        assert (report.takes, report.players, report.held_out_takes) == (5, 2, 1)
        assert report.size == len(out.read_bytes())
        prior = unpack(out.read_bytes())
        assert prior.origin.corpus == corpus_hash(corpus)
        assert f"fit {corpus.name} --out human_prior.npz --seed 0 --epochs 100 --hidden 12" in prior.origin.command
        hits = [Hit(step, Voice.CLOSED_HAT, 80) for step in range(0, 32, 2)]
        hits += [Hit(s, Voice.KICK, 80) for s in (0, 16)] + [Hit(s, Voice.SNARE, 80) for s in (4, 20)]
        pattern = Pattern(Metre(), 2, 4, tuple(hits))
        offsets, velocities = play(pattern, tempo=120, prior=prior, deterministic=True)
        voices = [hit.voice for hit in pattern.hits]
        levels = {v: velocities[[voice is v for voice in voices]].mean() for v in (Voice.KICK, Voice.CLOSED_HAT)}
        assert levels[Voice.KICK] == pytest.approx(100, abs=15)
        assert levels[Voice.CLOSED_HAT] == pytest.approx(60, abs=12)
        assert np.abs(offsets[[voice is Voice.CLOSED_HAT for voice in voices]]).max() < 0.08

    @pytest.mark.skipif(not GROOVE.is_dir(), reason="the Groove MIDI Dataset is not here")
    def test_the_packaged_prior_names_its_corpus(self) -> None:
        assert packaged_prior().origin.corpus == corpus_hash(GROOVE)

    def test_the_hash_is_of_names_and_contents(self, corpus: Path, tmp_path: Path) -> None:
        known = corpus_hash(corpus)
        (corpus / "notes.txt").write_text("not read")
        moved = corpus.rename(tmp_path / "elsewhere")
        assert corpus_hash(moved) == known
        (moved / "lazy" / "0.mid").rename(moved / "lazy" / "9.mid")
        assert corpus_hash(moved) != known

    def test_repeats_by_seed(self, corpus: Path, tmp_path: Path) -> None:
        pytest.importorskip("torch")
        files = [tmp_path / name for name in ("first", "again", "other")]
        for file, seed in zip(files, (1, 1, 2), strict=True):
            fit_prior(corpus, file, seed=seed, epochs=1, hidden=4, layers=1, workers=1)
        first, again, other = (file.read_bytes() for file in files)
        assert first == again
        assert first != other

    @pytest.mark.slow
    def test_repeats_whatever_the_workers(self, corpus: Path, tmp_path: Path) -> None:
        pytest.importorskip("torch")
        one, two = tmp_path / "one", tmp_path / "two"
        fit_prior(corpus, one, epochs=1, hidden=4, layers=1, workers=1)
        fit_prior(corpus, two, epochs=1, hidden=4, layers=1, workers=2)
        assert one.read_bytes() == two.read_bytes()

    def test_too_little(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="at least two"):
            fit_prior(tmp_path, tmp_path / "x.npz")

    def test_command_says_what_is_wrong(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "mdg_pipeline.fit", str(tmp_path / "nowhere"), "--out", str(tmp_path / "x")]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        assert found.returncode == 1
        assert "no folder" in found.stderr
        assert "Traceback" not in found.stderr


class TestResiduals:
    def test_levels_are_the_inverse_of_values(self) -> None:
        rng = np.random.default_rng(0)
        quantiles = np.sort(rng.normal(size=(200, len(LEVELS))), axis=1).astype(np.float32)
        level = rng.uniform(LEVELS[0], LEVELS[-1], 200)
        assert np.allclose(level_of(quantiles, value_at(quantiles, level, (-9, 9))), level, atol=1e-3)
        assert level_of(quantiles[:1], quantiles[:1, 0] - 1)[0] == LEVELS[0] / 2

    def test_shared_variance_is_found_again(self) -> None:
        """Residuals made of known parts, against a prior that says the same normal distribution everywhere."""
        rng = np.random.default_rng(0)
        n, parts = 400, np.array([[0.4, 0.2, 0.1], [0.1, 0.3, 0.25]])
        hits = rng.random((n, CELLS, LANES)) < 0.25
        values = []
        for take, lane, cell in parts:
            score = np.sqrt(take) * rng.normal(size=(n, 1, 1)) + np.sqrt(lane) * rng.normal(size=(n, 1, LANES))
            score = score + np.sqrt(cell) * rng.normal(size=(n, CELLS, 1))
            values.append(score + np.sqrt(1 - take - lane - cell) * rng.normal(size=(n, CELLS, LANES)))
        normal = np.tile([NormalDist().inv_cdf(level) for level in LEVELS], LANES)
        bias = np.stack([normal * 0.1 / 0.2, normal * 10 / 30])[:, None].astype(np.float32)
        zero = Layer(*(np.zeros((4, k, 3), np.float32) for k in (INPUTS, 1, 1, 1)))
        nets = Nets((zero,), np.zeros((2, 2, LANES * len(LEVELS)), np.float32), bias)
        windows = Windows(
            hits,
            (values[0] * 0.1).astype(np.float32),
            (70 + values[1] * 10).astype(np.float32),
            np.full(n, 120, np.float32),
            np.arange(n),
            np.zeros(n, np.int64),
        )
        found = shared_variance(Prior(nets, nets, np.zeros((2, 3), np.float32)), windows)
        assert np.allclose(found, parts, atol=0.05)
