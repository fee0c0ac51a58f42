#ifndef CARREL_CNAMESPACES_H
#define CARREL_CNAMESPACES_H

#include <sys/types.h>

/// A user namespace that shows root's files as those of `uid` and `gid`, for idmapped mounts; -1 with errno.
///
/// Ids from 1 to 65535 stay as they are; the others are shown as nobody's. See `mount_setattr(2)`.
int carrel_mapping_namespace(uid_t uid, gid_t gid);

/// A copy of the mount that a folder is on, beginning at the folder, not attached anywhere; -1 with errno.
///
/// `mapping` is a user namespace whose mapping its files' owners are shown through, or -1 for none.
int carrel_mount_copy(const char *path, int mapping);

/// A new, empty network namespace; -1 with errno.
int carrel_network_namespace(void);

#endif
