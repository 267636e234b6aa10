"""Communications: drafted, reviewed, approved, published as approved, each step an entry."""
