"""House of the Rising Son: a believable clinic of made-up people, the same for the same seed and day."""
