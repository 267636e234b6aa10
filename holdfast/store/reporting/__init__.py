"""Reports to authorities in the database: the projections' tables, and what is read of them."""
