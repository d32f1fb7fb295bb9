"""The mathematics: one file a topic, forward and backward side by side."""
