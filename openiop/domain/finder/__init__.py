"""The finder: where a place is, what is known of it, whether it fits, and in which order it is shown.

Pure. Distances are statute miles in a straight line; points are degrees (WGS 84). What a code means, which
answers may be asked for and how places are ordered stands in `catalog/finders`.
"""
