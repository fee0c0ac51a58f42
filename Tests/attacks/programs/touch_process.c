// Tries to act on processes of others by their numbers on the host: argv[1] is the way, the rest are process ids.
// Built by the tests; prints one line of JSON.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

// Process ids of the host may by chance be ours in here.
static int is_own(pid_t pid) {
    char path[64], text[1 << 16];
    snprintf(path, sizeof path, "/proc/%d/environ", pid);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    return memmem(text, size, "JUPYTERHUB_USER=mallory", 23) != NULL;
}

static long try(const char *way, pid_t pid) {
    if (!strcmp(way, "signal")) return kill(pid, 0);
    if (!strcmp(way, "trace")) {
        long answer = ptrace(PTRACE_SEIZE, pid, 0, 0);
        if (answer == 0) ptrace(PTRACE_DETACH, pid, 0, 0);
        return answer;
    }
    if (!strcmp(way, "memory")) {
        char byte;
        // Nothing is mapped at page 1: EFAULT tells that the process could have been read.
        struct iovec here = {&byte, 1}, there = {(void *)4096, 1};
        long answer = process_vm_readv(pid, &here, 1, &there, 1, 0);
        return answer < 0 && errno == EFAULT ? 0 : answer;
    }
    int process = syscall(SYS_pidfd_open, pid, 0);
    return process < 0 ? -1 : syscall(SYS_pidfd_getfd, process, 1, 0);
}

int main(int count, char **arguments) {
    int last = 0;
    for (int i = 2; i < count; i++) {
        pid_t pid = atoi(arguments[i]);
        if (pid < 1 || is_own(pid)) continue;
        if (try(arguments[1], pid) >= 0) {
            printf("{\"attack\": \"%s\", \"outcome\": \"succeeded\", \"detail\": \"process %d\"}\n", arguments[1], pid);
            return 0;
        }
        last = errno;
    }
    printf("{\"attack\": \"%s\", \"outcome\": \"refused\", \"detail\": \"%s\"}\n", arguments[1], strerror(last));
}
