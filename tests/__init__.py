"""The tests of OpenIOP, ring by ring."""
