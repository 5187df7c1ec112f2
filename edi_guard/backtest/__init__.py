"""Measures rules against what payers answered: joins claims with remittances, and counts."""
