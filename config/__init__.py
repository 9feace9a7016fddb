"""Stack configuration: the only place that reads it, and the schema that it must fit."""
