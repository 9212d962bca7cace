"""The form of a song: which of its bars are groove, fill, intro, outro, break or solo, where its phrases start, and
what of it one drummer plays. What does not belong here: the numbers of the playing (`mdg_core.groove`).
"""
