"""From a style profile and a request to clips.

The way of a request: `request` (what is asked) -> `plan` (tempo, metre, which grooves of the profile) ->
`template` (one variation after another: `arrange`, `vary`, `density`, `fills`, `lock`, `playable`) -> `result`
(notes, MIDI, novelty) -> `service` (the store around it).
"""
