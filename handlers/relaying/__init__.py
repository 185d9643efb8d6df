"""Members write to each other through the bot: no address is shown, nothing is lost."""
