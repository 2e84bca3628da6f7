"""What is promised: the company plan, needs, dialogues, objectives and their criteria."""
