"""The words of the charts, for search. It stands below the apps whose records it holds: they write it themselves."""
