#ifndef CARREL_IDENTITY_H
#define CARREL_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/// Makes the calling thread one that can act for others: its umask is its own from now on, and, when it may act, it has no
/// supplementary groups. 0, or -1 with errno.
///
/// The system calls are made directly, as the C library's functions change all threads; see `nptl(7)`.
int carrel_identity_begin(bool acts);

/// Has the calling thread reach files as somebody else, with nobody's capabilities: 0, or -1 with errno.
///
/// Threads made by this one meanwhile would act likewise, so nothing is called that may make one. After a failure
/// ``carrel_identity_back`` has to be called as well.
int carrel_identity_take(uid_t uid, gid_t gid, const gid_t *groups, size_t group_count);

/// Has the calling thread reach files as this process again: 0, or -1 when it doesn't and so may not be used any more.
int carrel_identity_back(void);

/// Which new files' rights the calling thread leaves out from now on.
void carrel_identity_mask(mode_t mask);

#endif
