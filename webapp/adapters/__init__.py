"""The outside, one library per file: encryption, messages, files, transports, the demo's bank."""
