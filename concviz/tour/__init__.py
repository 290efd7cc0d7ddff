"""The tour: concurrency explained in scenes, each of which is really run. No Textual."""
