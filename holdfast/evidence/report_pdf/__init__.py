"""Reports to competent authorities on paper, for those who answer for them."""
