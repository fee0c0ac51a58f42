// carrel-log: writes what a server prints into its log, and keeps that from growing.
//
//     carrel-log PATH BYTES FILES < pipe
//
// A server has only the other end of a pipe: it can't take back what it wrote, nor fill the disk. This program needs
// no hub and ends with the server. It is small because there is one for every server.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *path;
static long limit, files;
static long size;

static int opened(void) {
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0640);
    off_t end = log < 0 ? 0 : lseek(log, 0, SEEK_END);
    size = end < 0 ? 0 : (long)end;
    return log;
}

/// Puts the log aside as `PATH.1`, an older one as `PATH.2`, and so on; the oldest goes.
static int begun_anew(int log) {
    char from[4096], to[4096];
    for (long number = files - 1; number >= 1; number--) {
        snprintf(from, sizeof from, "%s.%ld", path, number);
        snprintf(to, sizeof to, "%s.%ld", path, number + 1);
        rename(from, to);
    }
    snprintf(to, sizeof to, "%s.1", path);
    // One that can't be put aside is emptied: it may not grow.
    if (rename(path, to) < 0 && log >= 0) (void)!ftruncate(log, 0);
    if (log >= 0) close(log);
    return opened();
}

static void put(int log, const char *bytes, long count) {
    while (count > 0) {
        ssize_t written = write(log, bytes, (size_t)count);
        if (written < 0 && errno == EINTR) continue;
        // A full disk may not hold the server up: what can't be written is let go.
        if (written <= 0) return;
        bytes += written;
        count -= written;
        size += written;
    }
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    path = arguments[1];
    limit = atol(arguments[2]);
    files = atol(arguments[3]);
    if (limit < 1 || files < 1) return 2;
    for (int number = 1; number < NSIG; number++)
        if (number != SIGKILL && number != SIGSTOP && number != SIGCHLD) signal(number, SIG_IGN);
    int log = opened();
    static char buffer[64 * 1024];
    for (;;) {
        ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return 0;
        if (size + got > limit || log < 0) log = begun_anew(log);
        if (log >= 0) put(log, buffer, got);
    }
}
