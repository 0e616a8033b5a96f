"""Routes of the client's and the family's own place."""

urlpatterns: list[object] = []
