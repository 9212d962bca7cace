"""The player: from a style profile to strokes, and from a user's own clip to played strokes.

What belongs here: everything between a profile and notes, pure and seeded. What does not: the web, the store, the
clock, services.

The way of a request: `request` (what is asked) -> `library`, `blend` (the grooves of one artist or two) -> `plan`
(style, tempo, metre, which grooves: `adapt`, `subdivide`) -> `template` (one variation after another: `arrange`,
`vary`, `density`, `syncopation`, `fills`, `lock`, `playable`, `novelty`) or `written` (a language model's ideas) ->
`playing` (all of them at once, by the `player`: with its `hands` by `selection`, else `feels`, `microtiming`, `touch`)
-> `result` (notes and MIDI). A whole song: `songform` -> `song` -> `songfile`. What was stored, as other files:
`stored`. A user's own clip:
`humanise_file` -> `feel` (what people or an artist would play) -> `own_clip`, `own_dynamics`, `order` (what the user's
clip takes of it) -> `remark` (what the file says of it).
"""
