"""The screens: the lab and its help."""
