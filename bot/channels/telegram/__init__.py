"""The Telegram door: python-telegram-bot's client and types, our own way of receiving and showing."""

import os

# Lets python-telegram-bot give time spans as timedelta, its coming default.
os.environ.setdefault("PTB_TIMEDELTA", "true")
