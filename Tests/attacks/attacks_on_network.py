"""Attacks through the network, and on it."""

from attack import Attack

NETWORK = [
    Attack(
        "loopback",
        "Connect to everything that listens on the machine's localhost",
        "connect.py",
        ("loopback",),
        ("network",),
    ),
    Attack(
        "machine", "Connect to the machine's own addresses and the gateway", "connect.py", ("machine",), ("network",)
    ),
    Attack("neighbour", "Connect to a port that another server listens on", "connect.py", ("neighbour",), ("network",)),
    Attack("metadata", "Ask the cloud for credentials, by IPv4 and IPv6", "connect.py", ("metadata",), ("network",)),
    Attack("private", "Connect to a private network behind the machine", "connect.py", ("private",), ("network",)),
    Attack("abstract", "Connect to another's Unix socket without a path", "connect_abstract.py", (), ("network",)),
    *(
        Attack(f"network-{way}", what, "change_network.py", (way,), ("bare", "root"))
        for way, what in [
            ("packets", "Listen to all packets"),
            ("raw", "Make ICMP packets of one's own"),
            ("raw6", "The same with IPv6"),
            ("forged", "Make packets with another's address"),
            ("address", "Take another address"),
            ("route", "Send packets another way"),
            ("rules", "Set rules for packets"),
            ("link", "Change a network link"),
        ]
    ),
]
