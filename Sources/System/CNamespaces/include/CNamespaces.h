#ifndef CARREL_CNAMESPACES_H
#define CARREL_CNAMESPACES_H

#include <sys/types.h>

#include "Mounts.h"

/// A user namespace for idmapped mounts, with these texts as its `uid_map` and `gid_map`; -1 with errno.
///
/// See `mount_setattr(2)` and `user_namespaces(7)`.
int carrel_mapping_namespace(const char *users, const char *groups);

/// A copy of the mount that a folder is on, beginning at the folder, not attached anywhere; -1 with errno.
///
/// `mapping` is a user namespace whose mapping its files' owners are shown through, or -1 for none.
int carrel_mount_copy(const char *path, int mapping);

/// A new, empty network namespace; -1 with errno.
int carrel_network_namespace(void);

#endif
