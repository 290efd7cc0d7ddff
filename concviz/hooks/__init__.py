"""What is loaded into programs that are watched: it tells of their threads, processes and tasks.

A program's Python loads this folder under the name ``_concviz`` (``site/sitecustomize.py``),
whether concviz is installed there or not. So nothing here imports anything but the standard
library and, relatively, itself.

What happens is told (``tell``) as lines in a file that the process has mapped (``ring``). The rules
for a hook: it is put in place once, before the program's own code, and stays; it is on the stack
only between pieces of the program's code, never beneath them; it calls nothing that the program
has defined (``labels``); if it fails, the program does not notice.
"""
