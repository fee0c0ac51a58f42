#ifndef CARREL_CFILES_H
#define CARREL_CFILES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/xattr.h>

#include "Beneath.h"
#include "Identity.h"

/// Opens what is below a folder, never following a symbolic link and never leaving the folder or its file system.
///
/// `path` is relative; a descriptor that isn't passed on to programs, or -1 with errno: ELOOP for a link on the way,
/// EXDEV for a way out.
int carrel_open_beneath(int folder, const char *path, int flags, mode_t mode);

/// Renames within a folder, unless something has the new name (EEXIST); 0, or -1 with errno.
int carrel_rename_new(int folder, const char *name, const char *new_name);

/// Exchanges two names of a folder in one step; 0, or -1 with errno.
int carrel_rename_exchange(int folder, const char *name, const char *other);

/// Makes a file share another's content (FICLONE); 0, or -1 with errno where the file system can't.
int carrel_clone(int target, int source);

/// Copies on from where both files stand, inside the kernel; how many bytes, 0 at the end, or -1 with errno.
ssize_t carrel_copy_on(int target, int source, size_t count);

/// What btrfs knows of a subvolume.
struct carrel_subvolume {
    /// Its number, as in its quota group `0/ID`.
    uint64_t id;
    /// The transaction that changed it last.
    uint64_t generation;
    /// The transaction that made it; of a snapshot, also the last one whose changes it has.
    uint64_t made_in;
};

/// Describes the subvolume whose root folder this descriptor is; 0, or -1 with errno: EINVAL when it isn't one's root.
int carrel_subvolume(int folder, struct carrel_subvolume *subvolume);

/// Removes a subvolume of a folder by its name, whatever it holds but further subvolumes (ENOTEMPTY); 0, or -1 with errno.
///
/// Nothing else has that effect: a link, a file or an ordinary folder of that name is refused (ENOTDIR, EINVAL).
int carrel_subvolume_remove(int folder, const char *name);

/// Lets a subvolume, given by its root folder, be written to; 0, or -1 with errno.
int carrel_subvolume_unlock(int folder);

/// Whether an open file is on btrfs: 1 or 0, or -1 with errno.
int carrel_is_btrfs(int file);

/// Where the next piece of a file begins that isn't a hole, from a place on; -1 with errno: ENXIO when there is none.
off_t carrel_next_data(int file, off_t place);

/// Where the next hole of a file begins, from a place on; its end counts as one. -1 with errno.
off_t carrel_next_hole(int file, off_t place);

/// Has a pipe hold more, if it may.
void carrel_widen_pipe(int end, int size);

/// Lets other processes go first from now on.
void carrel_step_back(void);

/// Gives up being root for good, in all threads: 0, or -1 with errno, also when root could be had back.
int carrel_become(uid_t uid, gid_t gid, const gid_t *groups, size_t group_count);

#endif
