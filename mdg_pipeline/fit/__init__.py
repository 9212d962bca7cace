"""Fitting the general human prior of `mdg_drummer.feel_prior` on a folder of played MIDI takes.

    python -m mdg_pipeline.fit CORPUS --out FILE

Any corpus will do: every MIDI file below CORPUS that is in 4/4 throughout, in at least two bars, is a
take, and the folder right below CORPUS that it is in says who plays. Where CORPUS holds an info.csv in
the form of the Groove MIDI Dataset (midi_filename, drummer, split), drummers are taken from it and only
takes of the split "train" are fitted.

The prior in the package is what

    python -m mdg_pipeline.fit groove --out mdg_drummer/data/human_prior.npz

gave on version 1.0.0 of that dataset. Runs with one seed repeat exactly on one machine; another
processor or version of torch may round sums differently and so end a little elsewhere.

`takes` reads a corpus, `train` fits the nets, `residuals` what the nets leave.
"""

from mdg_pipeline.fit.train import fit_prior

__all__ = ["fit_prior"]
