"""How the parts are found, started and told about, without starting any."""
