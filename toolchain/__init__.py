"""What installs the tools from the locks, audits what the locks pin, and lists its licences."""
