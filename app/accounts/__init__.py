"""Who somebody is and what they may do: users, sign-ins, one-time links, tokens."""
