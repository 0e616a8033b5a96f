"""What happened in the room: attendance, its corrections, and the hours that count."""
