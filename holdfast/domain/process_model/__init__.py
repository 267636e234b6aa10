"""The running process as a model: phases, decision points, clocks, and what runs beside them."""
