"""What people see, in a real browser: the built page over the real handlers."""
