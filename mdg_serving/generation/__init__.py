"""From a style profile and a request to clips.

The way of a request: `request` (what is asked) -> `library`, `blend` (the grooves of one artist or two) -> `plan`
(style, tempo, metre, which grooves: `adapt`, `subdivide`) -> `template` (one variation after another: `arrange`,
`vary`, `density`, `syncopation`, `fills`, `lock`, `playable`, `novelty`) -> `playing` (all of them at once: `feels`,
`microtiming`, `touch`) -> `result` (notes and MIDI) -> `service` (the store around it).
"""
