"""READING: pages made of all the other apps; no models."""
