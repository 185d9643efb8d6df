"""The web door: a chat page for everybody whom Telegram does not reach, and all other pages."""
