"""What a run means: times, figures, findings, comparisons and verdicts. Pure."""
