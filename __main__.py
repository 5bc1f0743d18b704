"""`python -m palimpsest`: the command line, where the console command is not on the path."""

from .cli import main

if __name__ == "__main__":
    main()
