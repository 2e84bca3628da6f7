"""HOW SATISFIED: ratings, rollups and the statistics made of them."""
