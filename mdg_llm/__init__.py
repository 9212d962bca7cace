"""Language models behind one small interface, for both sides: generation asks for clips, research for wording.

`base` is what an adapter keeps to, `manager` decides whom to ask and when to go on to the next. It knows nothing of
drums, and imports mdg_core alone.
"""
