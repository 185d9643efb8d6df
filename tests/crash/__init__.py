"""Killing the program at random moments under load, and counting what was lost: python -m tests.crash"""
