"""Terminal sessions as files (asciicast v2): recording, reading and showing them."""
