"""Pages of objectives, needs, dialogues and the company plan."""
