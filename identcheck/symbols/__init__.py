"""Names of effects and moments, and how they are written."""
