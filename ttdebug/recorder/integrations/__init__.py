"""Recording what frameworks tell of a running agent: one module each, imported when it is used."""
