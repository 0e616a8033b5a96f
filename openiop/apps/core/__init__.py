"""What every app stands on: ids, clock, tenancy, actors, routes, guards."""
