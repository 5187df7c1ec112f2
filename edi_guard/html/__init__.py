"""The report for people in one HTML file: nothing is loaded from anywhere, and nothing is sent."""

from edi_guard.html.page import render_page

__all__ = ["render_page"]
