"""Code tables that the user imports, asked by date of service."""

from edi_guard.reference.tables import CodeTables, HcpcsEntry

__all__ = ["CodeTables", "HcpcsEntry"]
