"""Extensions, one a file."""
