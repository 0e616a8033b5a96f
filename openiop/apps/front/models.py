"""What the limits need to remember of a stranger: a mark that leads back to nobody."""

from __future__ import annotations

from django.db import models


class Bucket(models.Model):
    """How many more forms one address may send. It belongs to no organisation: the limit is the installation's.

    `mark` is a keyed hash of the address, the kind of form and the day: tomorrow it is another one, and
    without the secret key nobody tells which address it was.
    """

    mark = models.CharField(max_length=64, unique=True)
    milli = models.PositiveIntegerField(help_text="Thousandths of a form that are left.")
    updated_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Name the row without saying anything about anybody."""
        return "bucket"
