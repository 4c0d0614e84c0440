"""What people correct, kept and replayed."""
