"""No admin pages, on purpose.

A rating belongs to the person who gave it: it is changed for 24 hours by that person, on the pages, with its history,
and by nobody afterwards. Rollups are worked out from ratings, never edited. Figures are read on the dashboards, which
know who may read what.
"""
