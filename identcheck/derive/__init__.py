"""The mathematics of a graph: paths, moments, rank, bias; no verdict."""
