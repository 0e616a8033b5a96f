"""Readers for public lists of treatment facilities: one file in, typed rows and what is wrong with them out.

    SAMHSA's yearly workbook       two sheets, service codes separated by blanks and groups by *
    SAMHSA's locator               CSV or workbook with one column for each code; JSON with names
    California's DHCS list         licences, certificates and their expiry; no level of care
    a prepared list                workbook rows with coordinates, as one CSV

`read_facilities(raw, name=...)` tells them apart by what stands in the file, never by its name. A row that
cannot be read is a `Problem` with sheet, row and column; a file that is none of these raises InvalidInput.
"""

from openiop.formats.facilities.entry import Entry, FacilityFile, Layout, Licence, Problem
from openiop.formats.facilities.reading import read_facilities
from openiop.formats.facilities.zips import read_zips

__all__ = ["Entry", "FacilityFile", "Layout", "Licence", "Problem", "read_facilities", "read_zips"]
