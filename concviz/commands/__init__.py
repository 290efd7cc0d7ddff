"""What the commands of the command line do, apart from saying which options there are."""
