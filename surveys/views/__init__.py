"""Pages of rating and of interactions, by topic."""
