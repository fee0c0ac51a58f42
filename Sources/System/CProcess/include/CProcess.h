#ifndef CARREL_CPROCESS_H
#define CARREL_CPROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What a process does before it becomes its program.
enum carrel_step_kind {
    /// Enters a control group: writes its number to the file `target`.
    carrel_step_group,
    /// Enters the namespace behind `descriptor`, of the kind that `flags` says.
    carrel_step_namespace,
    /// Has mounts of its own from here on; what is mounted outside still comes in, nothing goes out.
    carrel_step_private_mounts,
    /// Makes the folder `target` with `mode`, and gives it to `uid` and `gid`.
    carrel_step_folder,
    /// Mounts `source` of `type` at `target` with `flags` and `data`.
    carrel_step_mount,
    /// Attaches the mount behind `descriptor` at `target`.
    carrel_step_attach,
    /// Shows `source` at `target` as well, which it makes: a folder or a file, as `source` is one.
    carrel_step_show,
    /// Shows `source` at `target` in place of what is there.
    carrel_step_cover,
    /// Makes the character device `target`, whose number is `flags`, with `mode`, and gives it to `uid` and `gid`.
    carrel_step_device,
    /// Goes to the folder `target`: paths of later steps may begin there.
    carrel_step_go,
};

/// A step; what its kind doesn't need is ignored.
struct carrel_step {
    enum carrel_step_kind kind;
    int descriptor;
    const char *source;
    const char *target;
    const char *type;
    const char *data;
    unsigned long flags;
    mode_t mode;
    uid_t uid;
    gid_t gid;
};

/// A program that is to outlive the one that starts it.
struct carrel_program {
    /// Absolute path of the program.
    const char *path;
    /// Its arguments, NULL-terminated; the first is its own name.
    char *const *arguments;
    /// Its environment, NULL-terminated; nothing of the caller's is added.
    char *const *environment;
    /// The caller's descriptors that become 0, 1, 2, … of the program; all others are closed.
    const int *descriptors;
    /// How many there are; at most 16.
    int descriptor_count;
    /// Which of them (by its new number) the process writes `{ "monitor-pid": N }` to before the program begins; -1 for none.
    int announce;
    /// The program's file mode creation mask.
    mode_t mask;
    /// How many files it may have open, as far as the caller's own hard limit goes.
    unsigned long open_files;
    /// What the process does first, in order.
    const struct carrel_step *steps;
    /// How many steps there are.
    int step_count;
};

/// Starts a program in a session of its own, as nobody's child.
///
/// Returns once the program runs, or couldn't be: 0, or the errno of what failed; `failed_step` then says which step
/// it was, or -1 for none of them.
/// Forks twice, so that the caller never has to reap it. Only async-signal-safe functions run between fork and exec.
int carrel_start_detached(const struct carrel_program *program, pid_t *pid, int *failed_step);

/// Starts a program in a session of its own, as a child that the caller must reap.
///
/// Returns once the program runs, or couldn't be: as ``carrel_start_detached``; nothing is to be reaped when it couldn't.
int carrel_start_child(const struct carrel_program *program, pid_t *pid, int *failed_step);

/// Waits for a child, blocking the thread until it ends; 0, or -1 with errno.
///
/// `code` becomes its exit code, or the negative number of the signal that ended it.
int carrel_reap(pid_t pid, int *code);


/// A descriptor that becomes readable when the process ends; -1 with errno when there is no such process.
int carrel_pidfd_open(pid_t pid);

/// Sends a signal to the process behind a pidfd, never to another that got its number; 0, or -1 with errno.
int carrel_pidfd_signal(int pidfd, int signal);

/// A file in memory, sealed, holding these bytes and positioned at its beginning; -1 with errno.
int carrel_sealed_memory(const void *bytes, size_t count);

/// A file in memory of this size that can't grow: what is written beyond it is refused; -1 with errno.
///
/// Its position, which who writes and who made it share, says how much was written.
int carrel_bounded_memory(size_t size);

/// Connects to a Unix socket without waiting; a connected, non-blocking descriptor, or -1 with errno.
int carrel_unix_connect(const char *path);

/// The process that listens on a Unix socket; 0, or -1 with errno.
int carrel_unix_listener(const char *path, pid_t *pid);

/// Gives a socket file, which must be a socket of this user, a second name (a hard link); 0, or -1 with errno.
///
/// A symbolic link or anything but a socket is refused with EINVAL, another owner with EPERM.
int carrel_link_socket(const char *path, uid_t owner, const char *new_path);

/// Has the C library give large pieces of memory back to the system as soon as they are freed.
///
/// Without it the 16 MiB that one password takes to hash stay with the process for good.
void carrel_give_memory_back(void);

/// A pipe that isn't passed on to programs: its reading and its writing end. 0, or -1 with errno.
int carrel_pipe(int ends[2]);

/// A set of descriptors to wait for, empty; -1 with errno.
int carrel_wait_open(void);

/// Adds a descriptor to the set; it is reported once, by this id, when it can be read. 0, or -1 with errno.
int carrel_wait_add(int set, int descriptor, uint64_t id);

/// Takes a descriptor out of the set.
void carrel_wait_remove(int set, int descriptor);

/// Waits, blocking the thread, until something can be read; how many ids were filled in, or -1 with errno.
int carrel_wait_next(int set, uint64_t *ids, int count);

#endif
