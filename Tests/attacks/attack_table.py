"""What mallory tries, and what holds her."""

from attacks_on_files import FILES
from attacks_on_kernel import CALLS, CALLS_OF_ROOT
from attacks_on_limits import LIMITS
from attacks_on_network import NETWORK
from attacks_on_processes import PROCESSES

ATTACKS = [*FILES, *PROCESSES, *NETWORK, *LIMITS, *CALLS, *CALLS_OF_ROOT]
