#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { most_descriptors = 16, most_open_files = 65536 };

// MARK: - Between fork and exec: async-signal-safe calls only

/// Writes `{ "monitor-pid": N }` and a line break, as one write, without stdio.
static bool announce(int descriptor) {
    static const char head[] = "{ \"monitor-pid\": ";
    char line[64];
    size_t length = sizeof head - 1;
    memcpy(line, head, length);
    char digits[16];
    int count = 0;
    for (pid_t rest = getpid(); rest > 0; rest /= 10) digits[count++] = (char)('0' + rest % 10);
    while (count > 0) line[length++] = digits[--count];
    memcpy(line + length, " }\n", 3);
    length += 3;
    return write(descriptor, line, length) == (ssize_t)length;
}

/// Takes the caller's signal handlers, mask and limits off.
static void forget_caller(mode_t mask) {
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(mask);
    struct rlimit limit = {0, 0};
    setrlimit(RLIMIT_CORE, &limit);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max < most_open_files ? limit.rlim_max : most_open_files;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/// Puts the descriptors in their places, the report pipe behind them, and closes the rest.
static bool arrange(const struct carrel_program *program, int *report) {
    int count = program->descriptor_count;
    int raised[most_descriptors];
    // First out of the way, so that no place is overwritten before it was moved.
    int high = fcntl(*report, F_DUPFD_CLOEXEC, most_descriptors + 1);
    if (high < 0) return false;
    *report = high;
    for (int place = 0; place < count; place++) {
        raised[place] = fcntl(program->descriptors[place], F_DUPFD_CLOEXEC, most_descriptors + 1);
        if (raised[place] < 0) return false;
    }
    for (int place = 0; place < count; place++)
        if (dup2(raised[place], place) < 0) return false;
    if (dup3(*report, count, O_CLOEXEC) < 0) return false;
    *report = count;
    return syscall(SYS_close_range, count + 1, ~0U, 0) == 0;
}

/// Becomes the program; returns only when that fails, with errno set.
static void become(const struct carrel_program *program, int *report) {
    pid_t self = getpid();
    if (setsid() < 0 || !arrange(program, report)) return;
    if (write(*report, &self, sizeof self) != sizeof self) return;
    if (program->announce >= 0 && !announce(program->announce)) return;
    forget_caller(program->mask);
    if (chdir("/") < 0) return;
    execve(program->path, program->arguments, program->environment);
}

// MARK: - Starting

static ssize_t read_whole(int descriptor, void *bytes, size_t count) {
    ssize_t got;
    do got = read(descriptor, bytes, count);
    while (got < 0 && errno == EINTR);
    return got;
}

int carrel_start_detached(const struct carrel_program *program, pid_t *pid) {
    if (program->descriptor_count < 1 || program->descriptor_count > most_descriptors) return EINVAL;
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0) return errno;

    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = _Fork();
    if (child == 0) {
        pid_t grandchild = _Fork();
        if (grandchild != 0) _exit(grandchild < 0 ? errno : 0);
        become(program, &report[1]);
        int error = -errno;
        ssize_t ignored = write(report[1], &error, sizeof error);
        (void)ignored;
        _exit(127);
    }
    int failure = child < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);

    if (child > 0) {
        int status = 0;
        pid_t reaped;
        do reaped = waitpid(child, &status, 0);
        while (reaped < 0 && errno == EINTR);
        if (reaped == child && WIFEXITED(status)) failure = WEXITSTATUS(status);
        // The pipe brings the process id and then its end when the program runs; a negative word is an errno.
        int word = 0;
        if (failure == 0 && read_whole(report[0], &word, sizeof word) != sizeof word) failure = EIO;
        *pid = word;
        if (failure == 0 && (word < 0 || read_whole(report[0], &word, sizeof word) == sizeof word)) failure = -word;
    }
    close(report[0]);
    return failure;
}

int carrel_start_child(const struct carrel_program *program, pid_t *pid) {
    if (program->descriptor_count < 1 || program->descriptor_count > most_descriptors) return EINVAL;
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0) return errno;

    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = _Fork();
    if (child == 0) {
        become(program, &report[1]);
        int error = -errno;
        ssize_t ignored = write(report[1], &error, sizeof error);
        (void)ignored;
        _exit(127);
    }
    int failure = child < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);

    if (child > 0) {
        int word = 0;
        if (read_whole(report[0], &word, sizeof word) != sizeof word) failure = EIO;
        if (failure == 0 && (word < 0 || read_whole(report[0], &word, sizeof word) == sizeof word)) failure = -word;
        int ignored;
        if (failure != 0) carrel_reap(child, &ignored);
        *pid = child;
    }
    close(report[0]);
    return failure;
}

int carrel_reap(pid_t pid, int *code) {
    int status = 0;
    pid_t reaped;
    do reaped = waitpid(pid, &status, 0);
    while (reaped < 0 && errno == EINTR);
    if (reaped < 0) return -1;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return 0;
}

// MARK: - Processes, memory, sockets

int carrel_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int carrel_pidfd_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int carrel_sealed_memory(const void *bytes, size_t count) {
    int descriptor = memfd_create("arguments", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -1;
    const char *next = bytes;
    size_t left = count;
    while (left > 0) {
        ssize_t written = write(descriptor, next, left);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) goto failed;
        next += written;
        left -= (size_t)written;
    }
    if (lseek(descriptor, 0, SEEK_SET) < 0) goto failed;
    if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0) goto failed;
    return descriptor;
failed:;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

int carrel_bounded_memory(size_t size) {
    int descriptor = memfd_create("output", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -1;
    if (ftruncate(descriptor, (off_t)size) == 0 &&
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW) == 0)
        return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

int carrel_unix_connect(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    if (connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0) return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

int carrel_link_socket(const char *path, uid_t owner, const char *new_path) {
    int descriptor = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) return -1;
    struct stat facts;
    int result = fstat(descriptor, &facts);
    if (result == 0 && !S_ISSOCK(facts.st_mode)) {
        errno = EINVAL;
        result = -1;
    } else if (result == 0 && facts.st_uid != owner) {
        errno = EPERM;
        result = -1;
    }
    if (result == 0) {
        // Through /proc, so that exactly the file looked at is linked, whatever the path names by now.
        char source[40];
        snprintf(source, sizeof source, "/proc/self/fd/%d", descriptor);
        result = linkat(AT_FDCWD, source, AT_FDCWD, new_path, AT_SYMLINK_FOLLOW);
    }
    int error = errno;
    close(descriptor);
    errno = error;
    return result;
}

int carrel_unix_listener(const char *path, pid_t *pid) {
    int descriptor = carrel_unix_connect(path);
    if (descriptor < 0) return -1;
    struct ucred peer;
    socklen_t size = sizeof peer;
    int result = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    int error = errno;
    close(descriptor);
    errno = error;
    if (result == 0) *pid = peer.pid;
    return result;
}

// MARK: - Memory

void carrel_give_memory_back(void) {
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

// MARK: - Waiting

enum { most_events = 64 };

int carrel_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int carrel_wait_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int carrel_wait_add(int set, int descriptor, uint64_t id) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.u64 = id};
    return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event);
}

void carrel_wait_remove(int set, int descriptor) { epoll_ctl(set, EPOLL_CTL_DEL, descriptor, NULL); }

int carrel_wait_next(int set, uint64_t *ids, int count) {
    struct epoll_event events[most_events];
    int found = epoll_wait(set, events, count < most_events ? count : most_events, -1);
    for (int index = 0; index < found; index++) ids[index] = events[index].data.u64;
    return found;
}
