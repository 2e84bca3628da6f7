"""What the figures survive: servers killed, emptied, silenced and run twice. See docs/faults.md."""
