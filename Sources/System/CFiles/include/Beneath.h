#ifndef CARREL_BENEATH_H
#define CARREL_BENEATH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/// How a path is gone.
struct carrel_way {
    /// Whether symbolic links are followed that don't lead out of the folder.
    bool follows;
    /// Whether other file systems that are mounted below are entered.
    bool enters;
};

/// Finds what is below a folder without opening it (`O_PATH`): a descriptor, or -1 with errno.
///
/// ELOOP for a link where none is followed; EXDEV for a way out of the folder or its file system; EAGAIN when renames all
/// the time keep the kernel from being sure.
int carrel_find_beneath(int folder, const char *path, struct carrel_way way);

/// Opens a file that was found; -1 with errno.
int carrel_open_found(int file, int flags);

/// Whether the calling thread, with its file-system identity, may do that (`R_OK`, …) with what was found: 0, or -1 with errno.
int carrel_may(int file, int mode);

/// Makes a file without a name in a folder, to be written; -1 with errno: EOPNOTSUPP or EISDIR where there are none.
int carrel_open_nameless(int folder, mode_t mode);

/// Gives an open file a name in a folder, unless something has it (EEXIST); 0, or -1 with errno.
int carrel_give_name(int file, int folder, const char *name);

/// What becomes of something that has the new name.
enum carrel_move_kind {
    /// It is replaced: a file by a file, an empty folder by a folder.
    carrel_move_over,
    /// There may be nothing.
    carrel_move_new,
    /// It gets the old name.
    carrel_move_exchange,
};

/// Renames, also into another folder; 0, or -1 with errno.
int carrel_move(int folder, const char *name, int new_folder, const char *new_name, enum carrel_move_kind how);

/// Reads on in a folder: bytes of `struct dirent64`s, 0 at the end, or -1 with errno.
ssize_t carrel_read_folder(int folder, void *buffer, size_t size);

/// Takes the next name out of what ``carrel_read_folder`` gave: its first byte's place, or 0 when there is no more.
///
/// `place` is where to go on; it begins with 0.
size_t carrel_next_name(const void *buffer, size_t size, size_t *place);

#endif
