"""The PostgreSQL with PostGIS that one machine keeps for itself."""

from geo_grid.cluster.cluster import ADMIN, DATABASE, Cluster
from geo_grid.cluster.status import ClusterState, ClusterStatus

__all__ = ["ADMIN", "DATABASE", "Cluster", "ClusterState", "ClusterStatus"]
