"""Pictures and spreadsheets. What draws them runs in a child process only (`python -m bot.drawing`); the rest of the
house imports from here nothing but `data` and `tables`, which are plain Python.
"""
