"""What it looks like, without a screen: rows, glyphs, pictures, phrases."""
