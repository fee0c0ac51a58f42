#define _GNU_SOURCE
#include "Identity.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct __user_cap_data_struct capabilities[_LINUX_CAPABILITY_U32S_3];

/// What the thread could do when it began.
static _Thread_local capabilities own;

static int get_capabilities(capabilities data) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    return (int)syscall(SYS_capget, &header, data);
}

static int set_capabilities(const capabilities data) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    return (int)syscall(SYS_capset, &header, data);
}

static bool is_effective(const capabilities data, int capability) {
    return data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability);
}

/// Sets the file-system ids, which tell no failure but by being others afterwards; see `setfsuid(2)`.
static bool set_ids(uid_t uid, gid_t gid) {
    syscall(SYS_setfsgid, gid);
    syscall(SYS_setfsuid, uid);
    return (uid_t)syscall(SYS_setfsuid, (uid_t)-1) == uid && (gid_t)syscall(SYS_setfsgid, (gid_t)-1) == gid;
}

int carrel_identity_begin(bool acts) {
    if (unshare(CLONE_FS) < 0) return -1;
    if (!acts) return 0;
    if (get_capabilities(own) < 0) return -1;
    // A thread may have been made by one that acted for somebody.
    if (!is_effective(own, CAP_SETUID) || !is_effective(own, CAP_SETGID) || !is_effective(own, CAP_DAC_OVERRIDE) ||
        (uid_t)syscall(SYS_setfsuid, (uid_t)-1) != 0) {
        errno = EPERM;
        return -1;
    }
    return (int)syscall(SYS_setgroups, (size_t)0, NULL);
}

int carrel_identity_take(uid_t uid, gid_t gid, const gid_t *groups, size_t group_count) {
    if (uid == 0 || gid == 0) {
        errno = EINVAL;
        return -1;
    }
    if (syscall(SYS_setgroups, group_count, groups) < 0) return -1;
    if (!set_ids(uid, gid)) {
        errno = EPERM;
        return -1;
    }
    // The kernel takes those for files away with the id; the others count too: CAP_SYS_RESOURCE overrules quotas.
    capabilities none;
    memcpy(none, own, sizeof none);
    for (int index = 0; index < _LINUX_CAPABILITY_U32S_3; index++) none[index].effective = 0;
    return set_capabilities(none);
}

int carrel_identity_back(void) {
    if (set_capabilities(own) < 0 || !set_ids(0, 0) || syscall(SYS_setgroups, (size_t)0, NULL) < 0) return -1;
    // With the id 0 the kernel gives all of those for files that are permitted.
    return set_capabilities(own);
}

void carrel_identity_mask(mode_t mask) { umask(mask); }
