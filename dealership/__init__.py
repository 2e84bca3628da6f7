"""WHO: dealer groups, stores, departments, people and positions; who may see and do what."""
