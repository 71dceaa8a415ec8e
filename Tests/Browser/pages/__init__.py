"""What people get to see, looked at with a browser."""
