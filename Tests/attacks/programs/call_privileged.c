// Makes one call that only root may: argv[1] names it. Built by the tests; prints one line of JSON.
//
// The arguments are wrong on purpose: root gets an error of another kind than EPERM, and nothing happens to the machine.
// A kernel that hasn't got the call says ENOSYS.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static const char nothing[] = "/nothing/there";
static const struct timeval no_time = {0, -1};

static const struct {
    const char *name;
    long number;
    long arguments[5];
} calls[] = {
    {"init_module", SYS_init_module, {0, 0, 0}},
    {"finit_module", SYS_finit_module, {-1, (long)"", 0}},
    {"delete_module", SYS_delete_module, {(long)"nothing_there", 0}},
    // More parts than any kernel has.
    {"kexec_load", SYS_kexec_load, {0, 1 << 20, 0, 0}},
    {"kexec_file_load", SYS_kexec_file_load, {-1, -1, 0, (long)"", 1 << 20}},
    // Without the magic numbers.
    {"reboot", SYS_reboot, {0, 0, 0, 0}},
    {"swapon", SYS_swapon, {(long)nothing, 0}},
    {"swapoff", SYS_swapoff, {(long)nothing}},
    {"acct", SYS_acct, {(long)nothing}},
    {"settimeofday", SYS_settimeofday, {(long)&no_time, 0}},
    {"clock_settime", SYS_clock_settime, {0, 0}},
    {"sethostname", SYS_sethostname, {(long)"", -1}},
    {"setdomainname", SYS_setdomainname, {(long)"", -1}},
    // How large the kernel's log is.
    {"syslog", SYS_syslog, {10, 0, 0}},
    {"pivot_root", SYS_pivot_root, {(long)nothing, (long)nothing}},
    {"umount2", SYS_umount2, {(long)nothing, 0}},
    {"fsopen", SYS_fsopen, {(long)"nothing", 0}},
    {"open_tree", SYS_open_tree, {-1, (long)nothing, 1}},
    {"move_mount", SYS_move_mount, {-1, (long)"x", -1, (long)"x", 0}},
    {"mount_setattr", SYS_mount_setattr, {-1, (long)"x", 0, 0, 0}},
    {"quotactl", SYS_quotactl, {-1, 0, 0, 0}},
    {"fanotify_init", SYS_fanotify_init, {-1, 0}},
#ifdef SYS_iopl
    {"iopl", SYS_iopl, {0}},
    {"ioperm", SYS_ioperm, {0, 1, 0}},
#endif
};

int main(int count, char **arguments) {
    for (size_t i = 0; count == 2 && i < sizeof calls / sizeof *calls; i++) {
        if (strcmp(arguments[1], calls[i].name)) continue;
        const long *a = calls[i].arguments;
        errno = 0;
        long answer = syscall(calls[i].number, a[0], a[1], a[2], a[3], a[4]);
        int is_refused = answer < 0 && (errno == EPERM || errno == ENOSYS);
        printf("{\"attack\": \"%s\", \"outcome\": \"%s\", \"detail\": \"%s\"}\n", arguments[1],
               is_refused ? "refused" : "succeeded", strerror(errno));
        return 0;
    }
    return 2;
}
