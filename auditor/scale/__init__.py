"""A province or the country: reading and auditing on Apache Spark, from and to any file system."""
