"""The care record: notes of every kind, their signatures and corrections, one group written into many charts."""
