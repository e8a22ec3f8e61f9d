"""What the commands that make something do, stage by stage: report, draft, publish, correct, verify."""
