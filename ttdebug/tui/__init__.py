"""The debugger's screen: a Textual app over the other rooms. Nothing here computes an answer."""
