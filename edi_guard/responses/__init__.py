"""Reads the acknowledgments that clearinghouses and payers send back."""
