"""The reporter's door: Telegram, the web chat and the terminal. Never opens what it has filed."""
