#define _GNU_SOURCE
#include "CNamespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// MARK: - Owners

static bool write_map(pid_t pid, const char *file, const char *map) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    size_t length = strlen(map);
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    bool written = write(descriptor, map, length) == (ssize_t)length;
    int error = errno;
    close(descriptor);
    errno = error;
    return written;
}

int carrel_mapping_namespace(const char *users, const char *groups) {
    // The namespace needs a process to be born with; it does nothing, and is ended as soon as the namespace is held.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) {
        // Nothing of it may outlive this process: not itself, and none of the locks whose files it has open.
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close_range(0, ~0U, 0);
        if (getppid() != parent) _exit(1);
        // SIGKILL comes through; all else is blocked.
        for (;;) pause();
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    if (pid < 0) return -1;
    int descriptor = -1;
    if (write_map(pid, "uid_map", users) && write_map(pid, "gid_map", groups)) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
        descriptor = open(path, O_RDONLY | O_CLOEXEC);
    }
    error = errno;
    kill(pid, SIGKILL);
    pid_t reaped;
    do reaped = waitpid(pid, NULL, 0);
    while (reaped < 0 && errno == EINTR);
    errno = error;
    return descriptor;
}

int carrel_mount_copy(const char *path, int mapping) {
    int tree = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (tree < 0 || mapping < 0) return tree;
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (unsigned)mapping};
    if (mount_setattr(tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0) return tree;
    int error = errno;
    close(tree);
    errno = error;
    return -1;
}

// MARK: - Network

struct outcome {
    int descriptor;
    int error;
};

/// Leaves the thread's network namespace for a new one; the thread ends right after, and is seen by nobody else.
static void *make_network(void *argument) {
    struct outcome *outcome = argument;
    outcome->descriptor = -1;
    if (unshare(CLONE_NEWNET) == 0) outcome->descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    outcome->error = errno;
    return NULL;
}

int carrel_network_namespace(void) {
    struct outcome outcome = {-1, 0};
    pthread_t thread;
    int failure = pthread_create(&thread, NULL, make_network, &outcome);
    if (failure == 0) failure = pthread_join(thread, NULL);
    errno = failure != 0 ? failure : outcome.error;
    return outcome.descriptor;
}
