"""Sees from outside what every worker's thread is doing: no privileges, nothing put into the task.

``proc`` reads the kernel's files, ``syscalls`` and ``gil`` make a state of what a blocked thread
waits in, ``account`` makes exact times of readings, ``probe`` finds out what can be seen here, and
``sampler`` is the thread that does it all in the lab's process.
"""
