#define _GNU_SOURCE
#include "Beneath.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/// How often a path is gone again while there are renames: anybody on the machine can make them.
enum { most_tries = 1000 };

int carrel_find_beneath(int folder, const char *path, struct carrel_way way) {
    struct open_how how = {
        .flags = O_PATH | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | (way.follows ? 0 : RESOLVE_NO_SYMLINKS) |
                   (way.enters ? 0 : RESOLVE_NO_XDEV),
    };
    for (int count = 0; count < most_tries; count++) {
        int descriptor = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
        if (descriptor >= 0 || (errno != EINTR && errno != EAGAIN)) return descriptor;
    }
    return -1;
}

/// The path by which an open file is reached again.
static void own_path(int file, char *path, size_t size) { snprintf(path, size, "/proc/self/fd/%d", file); }

int carrel_open_found(int file, int flags) {
    char path[40];
    own_path(file, path, sizeof path);
    return open(path, flags | O_CLOEXEC);
}

int carrel_may(int file, int mode) {
    return (int)syscall(SYS_faccessat2, file, "", mode, AT_EACCESS | AT_EMPTY_PATH);
}

int carrel_open_nameless(int folder, mode_t mode) { return openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode); }

int carrel_give_name(int file, int folder, const char *name) {
    char path[40];
    own_path(file, path, sizeof path);
    return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW);
}

int carrel_move(int folder, const char *name, int new_folder, const char *new_name, enum carrel_move_kind how) {
    unsigned flags = how == carrel_move_new ? RENAME_NOREPLACE : how == carrel_move_exchange ? RENAME_EXCHANGE : 0;
    return renameat2(folder, name, new_folder, new_name, flags);
}

ssize_t carrel_read_folder(int folder, void *buffer, size_t size) {
    return (ssize_t)syscall(SYS_getdents64, folder, buffer, size);
}

size_t carrel_next_name(const void *buffer, size_t size, size_t *place) {
    const size_t head = offsetof(struct dirent64, d_name);
    while (*place + head < size) {
        size_t name = *place + head;
        uint16_t length;
        memcpy(&length, (const char *)buffer + *place + offsetof(struct dirent64, d_reclen), sizeof length);
        if (length <= head || *place + length > size) return 0;
        *place += length;
        const char *text = (const char *)buffer + name;
        if (strcmp(text, ".") != 0 && strcmp(text, "..") != 0) return name;
    }
    return 0;
}
