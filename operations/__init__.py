"""What an operator does to a stage, in AWS or on this machine: a file a command, and what they share."""
