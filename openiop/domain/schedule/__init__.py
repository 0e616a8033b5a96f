"""The week: which groups a client attends, when, and why not otherwise.

problem.py      the values: sites, rooms, staff, groups, clients, one week's roster
words.py        reasons as data: a code and its facts; the pages put them into words
rules.py        each hard rule, one function, returning the reason it is broken
chains.py       the legal days of one client
combine.py      days put together to weeks, by exact search
placement.py    the best weeks for one client, that differ in kind, with reasons
explain.py      why not: the smallest set of facts that cannot all hold
misses.py       when nothing fits: the nearest weeks and what forbids each
objective.py    the six goals and what a roster costs at each
check.py        the independent checker of a whole roster; it knows no solver
change.py       what happens to a standing plan, and what a mended plan disturbs
clash.py        a client, a person of the staff or a room wanted twice at once
series.py       dated sessions of a weekly series, with closures, across summer time
planner.py      the seam for the whole-program solver

Weekly times are minutes from local midnight and day 0 is Monday; dated times are instants.
"""
