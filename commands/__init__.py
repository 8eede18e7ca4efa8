"""The commands: each reads its arguments, calls the rooms, prints, and says how it went by its exit status."""
