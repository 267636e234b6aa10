"""The evidence log as bytes: leaves, the Merkle tree in tiles, signed checkpoints, proofs. Pure."""
