"""The operator's commands, which act on a stage in AWS or on this machine: one file each, and what they share."""
