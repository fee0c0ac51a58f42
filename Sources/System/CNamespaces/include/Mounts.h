#ifndef CARREL_MOUNTS_H
#define CARREL_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A copy of the mount that an open folder is on, from the folder on, not attached anywhere; -1 with errno.
///
/// Nothing on it gains rights or is a device, and nothing is passed on between it and other mounts. `mapping` is a user
/// namespace as for ``carrel_mount_copy``, or -1.
int carrel_mount_tree(int folder, int mapping, bool is_read_only);

/// An empty file system in memory of at most `bytes`, read-only for those who see it, not attached anywhere; -1 with errno.
int carrel_mount_shelf(unsigned bytes);

/// Which mount a path leads to, and the device number that files there have; 0, or -1 with errno.
///
/// Links are followed, so that `/proc/PID/fd/N` is what the process has open. No remote file system is asked.
int carrel_mount_of(const char *path, uint64_t *mount, uint64_t *device);

// What follows works in the mount namespace behind `namespace`, in a thread of its own. The namespace may be its user's to
// play with: places are reached without following links, and `mount` is the number of the mount that must be found there
// (EAGAIN when it is another).

/// Attaches a tree at a folder, and before anybody sees it a second one at the folder `inner_name` in it, if `inner` isn't -1.
int carrel_mounts_attach(int namespace, int tree, const char *place, int inner, const char *inner_name);

/// Makes an empty folder in a mount that is read-only for those who see it; one that is there already is fine.
int carrel_mounts_make_folder(int namespace, const char *place, uint64_t mount, const char *name);

/// Makes sure that a folder has one to mount on, which belongs to the folder's owner.
///
/// 1 when it is empty, 0 when something is in it; -1 with errno, also when something else has the name.
int carrel_mounts_make_point(int namespace, const char *place, const char *name);

/// Makes a mount read-only or writable; EBUSY for read-only while anything on it is open for writing.
int carrel_mounts_restrict(int namespace, const char *place, uint64_t mount, bool is_read_only);

/// Moves a mount with all that is mounted on it out of everybody's reach, to the folder of ``carrel_mounts_closed_path`` and its number.
int carrel_mounts_hide(int namespace, const char *place, uint64_t mount);

/// Takes a mount away that was hidden, or is mounted on one that was; EBUSY while anything of it is in use by anybody.
int carrel_mounts_remove(int namespace, const char *place);

/// A copy of the mount that is at a place, not attached anywhere and not passed on; a descriptor, or -1 with errno.
///
/// It may be one of a user's own that root can't look into (FUSE).
int carrel_mounts_take(int namespace, const char *place);

/// Takes a mount away at once, also when something of it is in use: what has it open keeps that.
int carrel_mounts_detach(int namespace, const char *place, uint64_t mount);

/// Where hidden mounts are: a folder that only root can enter.
const char *carrel_mounts_closed_path(void);

/// Leaves a word in `/run/carrel/ended/NAME` of the namespace, for all to read.
int carrel_mounts_leave_word(int namespace, const char *name, const char *text);

#endif
