// Makes one call that notebooks never need: argv[1] names it. Built by the tests; prints one line of JSON.
//
// The arguments are such that the kernel would answer with something else than the filter's EPERM, ENOSYS or
// EAFNOSUPPORT, without
// any privilege: so an answer of its own tells that the filter has let the call through.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long wait_for(long child) {
    if (child == 0) _exit(0);
    if (child > 0) waitpid(child, NULL, 0);
    return child;
}

static long open_keyring(void) { return syscall(SYS_keyctl, 0, -3, 0); }
static long add_key(void) { return syscall(SYS_add_key, "user", "mallory", "x", 1, -2); }
static long request_key(void) { return syscall(SYS_request_key, "user", "mallory", NULL, 0); }
static long load_program(void) { return syscall(SYS_bpf, 9999, NULL, 0); }
static long take_faults(void) { return syscall(SYS_userfaultfd, 1); }
static long open_by_handle(void) { return syscall(SYS_open_by_handle_at, -1, NULL, 0); }
static long get_handle(void) { return syscall(SYS_name_to_handle_at, -1, "x", NULL, NULL, 0); }
static long advise(void) { return syscall(SYS_process_madvise, -1, NULL, 0, 0, 0); }
static long change_root(void) { return syscall(SYS_chroot, "/nothing/there"); }
static long enter_namespace(void) { return syscall(SYS_setns, -1, 0); }
static long reach_hypervisor(void) { return socket(AF_VSOCK, SOCK_STREAM, 0); }
static long make_user_namespace(void) { return unshare(CLONE_NEWUSER); }
static long fork_into_namespace(void) { return wait_for(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)); }

static long fork_by_structure(void) {
    // struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls
    unsigned long arguments[8] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD};
    return wait_for(syscall(SYS_clone3, arguments, sizeof arguments));
}

static long mount_in_namespace(void) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return -1;
    return mount("x", "/tmp", "tmpfs", 0, "");
}

static long open_ring(void) {
    struct io_uring_params parameters = {0};
    return syscall(SYS_io_uring_setup, 1, &parameters);
}

static long count_events(void) {
    struct perf_event_attr event = {
        .type = PERF_TYPE_SOFTWARE, .size = sizeof event, .config = PERF_COUNT_SW_TASK_CLOCK, .exclude_kernel = 1};
    return syscall(SYS_perf_event_open, &event, 0, -1, -1, 0);
}

// What a program without privileges may do to the terminal it works in, and so to the one who runs it.
static long type_into_terminal(unsigned long wide) {
    int one = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    if (one < 0 || grantpt(one) || unlockpt(one)) exit(3);
    setsid();
    int other = open(ptsname(one), O_RDWR);
    if (other < 0) exit(3);
    return syscall(SYS_ioctl, other, wide | TIOCSTI, "x");
}

static long type_plainly(void) { return type_into_terminal(0); }

// The kernel looks at the low half of the number only; a filter that compares all of it lets this through.
static long type_widely(void) { return type_into_terminal(1UL << 32); }

// The kernel's second set of numbers: 288 is keyctl there. A filter for one set alone lets it through.
static long open_keyring_as_32_bits(void) {
    long answer = 288;
    __asm__ volatile("int $0x80" : "+a"(answer) : "b"(0L), "c"(-3L), "d"(0L) : "r8", "r9", "r10", "r11", "memory");
    if ((int)answer < 0) errno = -(int)answer;
    return (int)answer < 0 ? -1 : answer;
}

static const struct {
    const char *name;
    long (*make)(void);
} calls[] = {
    {"keyctl", open_keyring},
    {"add_key", add_key},
    {"request_key", request_key},
    {"bpf", load_program},
    {"userfaultfd", take_faults},
    {"open_by_handle_at", open_by_handle},
    {"chroot", change_root},
    {"setns", enter_namespace},
    {"vsock", reach_hypervisor},
    {"unshare", make_user_namespace},
    {"clone", fork_into_namespace},
    {"clone3", fork_by_structure},
    {"mount", mount_in_namespace},
    {"io_uring", open_ring},
    {"perf_event_open", count_events},
    {"tiocsti", type_plainly},
    {"tiocsti-wide", type_widely},
    {"name_to_handle_at", get_handle},
    {"process_madvise", advise},
    {"int80", open_keyring_as_32_bits},
};

int main(int count, char **arguments) {
    for (size_t i = 0; count == 2 && i < sizeof calls / sizeof *calls; i++) {
        if (strcmp(arguments[1], calls[i].name)) continue;
        errno = 0;
        long answer = calls[i].make();
        int is_refused = answer < 0 && (errno == EPERM || errno == ENOSYS || errno == EAFNOSUPPORT);
        printf("{\"attack\": \"%s\", \"outcome\": \"%s\", \"detail\": \"%s\"}\n", arguments[1],
               is_refused ? "refused" : "succeeded", strerror(errno));
        return 0;
    }
    return 2;
}
