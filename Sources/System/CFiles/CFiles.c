#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/// The inode number of every subvolume's root folder (BTRFS_FIRST_FREE_OBJECTID).
enum { subvolume_root = 256 };

int carrel_open_beneath(int folder, const char *path, int flags, mode_t mode) {
    struct open_how how = {
        .flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
        .mode = (flags & O_CREAT) ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
    };
    int descriptor;
    // EAGAIN: a rename was under way, so the kernel couldn't be sure.
    do descriptor = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
    while (descriptor < 0 && (errno == EINTR || errno == EAGAIN));
    return descriptor;
}

int carrel_rename_new(int folder, const char *name, const char *new_name) {
    return renameat2(folder, name, folder, new_name, RENAME_NOREPLACE);
}

int carrel_rename_exchange(int folder, const char *name, const char *other) {
    return renameat2(folder, name, folder, other, RENAME_EXCHANGE);
}

int carrel_clone(int target, int source) { return ioctl(target, FICLONE, source); }

ssize_t carrel_copy_on(int target, int source, size_t count) {
    ssize_t copied = copy_file_range(source, NULL, target, NULL, count, 0);
    if (copied >= 0 || (errno != EXDEV && errno != EOPNOTSUPP && errno != ENOSYS)) return copied;
    // Between file systems of two kinds.
    return sendfile(target, source, NULL, count);
}

int carrel_subvolume(int folder, struct carrel_subvolume *subvolume) {
    struct stat facts;
    if (fstat(folder, &facts) < 0) return -1;
    if (carrel_is_btrfs(folder) != 1 || !S_ISDIR(facts.st_mode) || facts.st_ino != subvolume_root) {
        errno = EINVAL;
        return -1;
    }
    struct btrfs_ioctl_get_subvol_info_args info;
    memset(&info, 0, sizeof info);
    if (ioctl(folder, BTRFS_IOC_GET_SUBVOL_INFO, &info) < 0) return -1;
    subvolume->id = info.treeid;
    subvolume->generation = info.generation;
    subvolume->made_in = info.otransid;
    return 0;
}

int carrel_subvolume_remove(int folder, const char *name) {
    struct btrfs_ioctl_vol_args arguments;
    memset(&arguments, 0, sizeof arguments);
    if (strlen(name) >= sizeof arguments.name || strchr(name, '/')) {
        errno = EINVAL;
        return -1;
    }
    strcpy(arguments.name, name);
    return ioctl(folder, BTRFS_IOC_SNAP_DESTROY, &arguments);
}

int carrel_subvolume_unlock(int folder) {
    uint64_t flags = 0;
    if (ioctl(folder, BTRFS_IOC_SUBVOL_GETFLAGS, &flags) < 0) return -1;
    if (!(flags & BTRFS_SUBVOL_RDONLY)) return 0;
    flags &= ~(uint64_t)BTRFS_SUBVOL_RDONLY;
    return ioctl(folder, BTRFS_IOC_SUBVOL_SETFLAGS, &flags);
}

int carrel_is_btrfs(int file) {
    struct statfs facts;
    if (fstatfs(file, &facts) < 0) return -1;
    return (uint32_t)facts.f_type == BTRFS_SUPER_MAGIC;
}

off_t carrel_next_data(int file, off_t place) { return lseek(file, place, SEEK_DATA); }

off_t carrel_next_hole(int file, off_t place) { return lseek(file, place, SEEK_HOLE); }

void carrel_widen_pipe(int end, int size) {
    if (fcntl(end, F_SETPIPE_SZ, size) < 0) return;
}

void carrel_step_back(void) { setpriority(PRIO_PROCESS, 0, 10); }

int carrel_become(uid_t uid, gid_t gid, const gid_t *groups, size_t group_count) {
    if (uid == 0 || gid == 0) {
        errno = EINVAL;
        return -1;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return -1;
    // Saved ids are changed too, and with the last uid 0 all capabilities go.
    if (setgroups(group_count, groups) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0) return -1;
    if (setuid(0) == 0 || setgid(0) == 0) {
        errno = EPERM;
        return -1;
    }
    return 0;
}
