"""The referee: a second implementation of DOMAIN.md that the product is compared with.

    referee.py generate SEED DIR     makes a random history in DIR, with the answers the rules give
    referee.py expect DIR            answers DIR/queries.json again (after a history was cut down by hand)
    referee.py cases DIR_OF_CASES    runs the worked cases
"""

import sys

import cases
import files
import history


def main(arguments):
    """Exit status 0: done; 1: a case differs; 2: wrong usage."""
    match arguments:
        case ["generate", seed, folder]:
            history.generate(int(seed), folder)
            return 0
        case ["expect", folder]:
            files.write_expected(folder)
            return 0
        case ["cases", folder]:
            return 0 if cases.run(folder) else 1
    print(__doc__.strip(), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
