"""Reports to competent authorities on paper."""
