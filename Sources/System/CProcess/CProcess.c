#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { most_descriptors = 16 };

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
static void forget_caller(const struct carrel_program *program) {
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(program->mask);
    // No core file is that small; and 1, unlike 0, also keeps a program in `core_pattern` from being run: see core(5) and
    // the kernel's fs/coredump.c.
    struct rlimit limit = {1, 1};
    setrlimit(RLIMIT_CORE, &limit);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        // The hard limit too: a program that could raise its own would have none.
        if (limit.rlim_max > program->open_files) limit.rlim_max = program->open_files;
        limit.rlim_cur = limit.rlim_max;
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

/// Makes an empty folder or file, whichever the other one is.
static bool make_like(const char *other, const char *path) {
    struct stat facts;
    if (stat(other, &facts) < 0) return false;
    if (S_ISDIR(facts.st_mode)) return mkdir(path, 0755) == 0;
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    return file >= 0 && close(file) == 0;
}

/// Takes one step; false with errno when it fails.
static bool take(const struct carrel_step *step) {
    switch (step->kind) {
    case carrel_step_group: {
        int file = open(step->target, O_WRONLY | O_CLOEXEC);
        if (file < 0) return false;
        bool entered = write(file, "0", 1) == 1;
        int error = errno;
        close(file);
        errno = error;
        return entered;
    }
    case carrel_step_namespace: return setns(step->descriptor, (int)step->flags) == 0;
    case carrel_step_private_mounts:
        return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0;
    case carrel_step_folder:
        return mkdir(step->target, step->mode) == 0 && chmod(step->target, step->mode) == 0 &&
               chown(step->target, step->uid, step->gid) == 0;
    case carrel_step_mount:
        return mount(step->source, step->target, step->type, step->flags, step->data) == 0;
    case carrel_step_attach:
        return move_mount(step->descriptor, "", AT_FDCWD, step->target, MOVE_MOUNT_F_EMPTY_PATH) == 0;
    case carrel_step_show: return make_like(step->source, step->target) &&
                                  mount(step->source, step->target, NULL, MS_BIND | MS_REC, NULL) == 0;
    case carrel_step_cover: return mount(step->source, step->target, NULL, MS_BIND | MS_REC, NULL) == 0;
    case carrel_step_device:
        return mknod(step->target, S_IFCHR, (dev_t)step->flags) == 0 && chmod(step->target, step->mode) == 0 &&
               chown(step->target, step->uid, step->gid) == 0;
    case carrel_step_go: return chdir(step->target) == 0;
    }
    errno = EINVAL;
    return false;
}

/// Becomes the program; returns only when that fails, with errno set and the index of the step that did it, or -1.
static int become(const struct carrel_program *program, int *report) {
    pid_t self = getpid();
    // Before the descriptors are arranged, because steps name them by the caller's numbers.
    for (int index = 0; index < program->step_count; index++)
        if (!take(&program->steps[index])) return index;
    if (setsid() < 0 || !arrange(program, report)) return -1;
    if (write(*report, &self, sizeof self) != sizeof self) return -1;
    if (program->announce >= 0 && !announce(program->announce)) return -1;
    forget_caller(program);
    if (chdir("/") < 0) return -1;
    execve(program->path, program->arguments, program->environment);
    return -1;
}

// MARK: - Starting

static ssize_t read_whole(int descriptor, void *bytes, size_t count) {
    ssize_t got;
    do got = read(descriptor, bytes, count);
    while (got < 0 && errno == EINTR);
    return got;
}

/// Becomes the program, or tells why not and ends.
static void run(const struct carrel_program *program, int report[2]) {
    int step = become(program, &report[1]);
    int words[] = {-errno, step};
    ssize_t ignored = write(report[1], words, sizeof words);
    (void)ignored;
    _exit(127);
}

/// Reads what the process tells: its number and then the end when the program runs; a negative word is an errno, and
/// what follows it the step. Gives 0 or that errno.
static int learn(int report, pid_t *pid, int *failed_step) {
    int word = 0;
    if (read_whole(report, &word, sizeof word) != sizeof word) return EIO;
    *pid = word;
    if (word >= 0 && read_whole(report, &word, sizeof word) != sizeof word) return 0;
    if (read_whole(report, failed_step, sizeof *failed_step) != sizeof *failed_step) *failed_step = -1;
    return -word;
}

int carrel_start_detached(const struct carrel_program *program, pid_t *pid, int *failed_step) {
    *failed_step = -1;
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
        run(program, report);
    }
    int failure = child < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);

    int code = 0;
    if (child > 0 && carrel_reap(child, &code) == 0) failure = code;
    if (failure == 0) failure = learn(report[0], pid, failed_step);
    close(report[0]);
    return failure;
}

int carrel_start_child(const struct carrel_program *program, pid_t *pid, int *failed_step) {
    *failed_step = -1;
    if (program->descriptor_count < 1 || program->descriptor_count > most_descriptors) return EINVAL;
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0) return errno;

    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = _Fork();
    if (child == 0) run(program, report);
    int failure = child < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);

    if (failure == 0) failure = learn(report[0], pid, failed_step);
    int ignored;
    if (child > 0 && failure != 0) carrel_reap(child, &ignored);
    if (failure == 0) *pid = child;
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
