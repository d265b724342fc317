"""From a message to a reply: one file per subject, plain functions."""
