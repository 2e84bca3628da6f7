"""WHAT FLOWS: links of the three flows between departments, and the interactions on them."""
