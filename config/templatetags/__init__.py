"""Template tags of the project's shell."""
