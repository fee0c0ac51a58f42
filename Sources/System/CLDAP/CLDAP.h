#include <lber.h>
#include <ldap.h>
#include <sys/time.h>

/// An interval as libldap wants it. Made here, since which of C's modules a `timeval` belongs to depends on which is loaded first.
static inline struct timeval carrel_interval(long milliseconds) {
    struct timeval interval = {milliseconds / 1000, milliseconds % 1000 * 1000};
    return interval;
}
