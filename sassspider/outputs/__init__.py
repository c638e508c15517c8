"""What users read: the corpus as files, in every format, whole at every moment."""
