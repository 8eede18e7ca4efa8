"""Two rulebooks side by side: match, diff, derive, history, impact."""
