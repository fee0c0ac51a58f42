#define _GNU_SOURCE
#include "Mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char closed_folder[] = "/run/carrel/.closed";
static const char ended_folder[] = "run/carrel/ended";

/// Closes a descriptor and keeps errno.
static void shut(int descriptor) {
    int error = errno;
    if (descriptor >= 0) close(descriptor);
    errno = error;
}

// MARK: - Trees

int carrel_mount_tree(int folder, int mapping, bool is_read_only) {
    int tree = open_tree(folder, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
    if (tree < 0) return -1;
    struct mount_attr attributes = {
        .attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (is_read_only ? MOUNT_ATTR_RDONLY : 0),
        .propagation = MS_PRIVATE,
    };
    if (mapping >= 0) {
        attributes.attr_set |= MOUNT_ATTR_IDMAP;
        attributes.userns_fd = (unsigned)mapping;
    }
    if (mount_setattr(tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0) return tree;
    shut(tree);
    return -1;
}

int carrel_mount_shelf(unsigned bytes) {
    char size[16];
    snprintf(size, sizeof size, "%u", bytes);
    int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
    if (context < 0) return -1;
    int tree = -1;
    if (fsconfig(context, FSCONFIG_SET_STRING, "size", size, 0) == 0 &&
        fsconfig(context, FSCONFIG_SET_STRING, "mode", "0755", 0) == 0 &&
        fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
        tree = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_RDONLY);
    shut(context);
    return tree;
}

int carrel_mount_of(const char *path, uint64_t *mount, uint64_t *device) {
    struct statx facts;
    if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_MNT_ID, &facts) < 0) return -1;
    *mount = facts.stx_mnt_id;
    *device = makedev(facts.stx_dev_major, facts.stx_dev_minor);
    return 0;
}

// MARK: - In somebody's namespace

/// What is to be done there; what the act doesn't need is ignored.
struct task {
    int (*act)(const struct task *);
    int namespace;
    const char *place;
    uint64_t mount;
    int tree;
    int inner;
    const char *name;
    const char *text;
    bool is_read_only;
    int result;
    int error;
};

/// The thread ends with its act: no other ever sees the namespace. Its way through folders is its own first (CLONE_FS), as
/// the kernel asks of who enters a mount namespace.
static void *enter(void *argument) {
    struct task *task = argument;
    task->result = -1;
    if (unshare(CLONE_FS) == 0 && setns(task->namespace, CLONE_NEWNS) == 0) task->result = task->act(task);
    task->error = errno;
    return NULL;
}

static int within(struct task task) {
    pthread_t thread;
    int failure = pthread_create(&thread, NULL, enter, &task);
    if (failure == 0) failure = pthread_join(thread, NULL);
    errno = failure != 0 ? failure : task.error;
    return failure != 0 ? -1 : task.result;
}

/// A handle on a folder, reached from the top without a link on the way.
static int reach(const char *place) {
    struct open_how how = {
        .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
        .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    int descriptor;
    do descriptor = (int)syscall(SYS_openat2, AT_FDCWD, place, &how, sizeof how);
    while (descriptor < 0 && (errno == EINTR || errno == EAGAIN));
    return descriptor;
}

/// A handle on the root of the mount of this number, if it is at this place.
static int reach_mount(const struct task *task) {
    int folder = reach(task->place);
    if (folder < 0) return -1;
    struct statx facts;
    // Nothing is asked of the file system, as a user's own (FUSE) refuses it to root: the kernel gives the number anyway.
    bool is_it = statx(folder, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &facts) == 0 &&
                 facts.stx_mnt_id == task->mount;
    if (is_it) return folder;
    shut(folder);
    errno = EAGAIN;
    return -1;
}

static int move(int tree, int folder) {
    return move_mount(tree, "", folder, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

/// A copy of a mount on which the hub can write, though nobody else can.
static int writable(int folder) {
    int tree = open_tree(folder, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
    if (tree < 0) return -1;
    struct mount_attr attributes = {.attr_clr = MOUNT_ATTR_RDONLY, .propagation = MS_PRIVATE};
    if (mount_setattr(tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0) return tree;
    shut(tree);
    return -1;
}

/// The same of the sandbox's own small file system, on which everything is mounted.
static int writable_top(void) {
    int top = reach("/");
    if (top < 0) return -1;
    int tree = writable(top);
    shut(top);
    return tree;
}

static bool make(int folder, const char *name, mode_t mode) {
    if (mkdirat(folder, name, 0700) == 0) return fchmodat(folder, name, mode, 0) == 0;
    return errno == EEXIST;
}

/// A handle on a folder, made for it, in the one for hidden mounts.
static int hiding_place(uint64_t number) {
    char name[64];
    snprintf(name, sizeof name, "%s/%llu", closed_folder, (unsigned long long)number);
    int top = writable_top();
    if (top < 0) return -1;
    // Without the slash: from the copy's own top.
    bool made = make(top, &closed_folder[1], 0700) && make(top, &name[1], 0700);
    shut(top);
    return made ? reach(name) : -1;
}

// MARK: - Acts

static int attach(const struct task *task) {
    int place = reach(task->place);
    if (place < 0) return -1;
    int result = -1;
    if (task->inner < 0) {
        result = move(task->tree, place);
    } else {
        // Both are joined where nobody comes, and shown as one.
        struct statx facts;
        int hidden = -1, inner = -1;
        if (statx(task->tree, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID, &facts) == 0)
            hidden = hiding_place(facts.stx_mnt_id);
        if (hidden >= 0 && move(task->tree, hidden) == 0) {
            struct open_how how = {
                .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
                .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
            };
            inner = (int)syscall(SYS_openat2, task->tree, task->name, &how, sizeof how);
            if (inner >= 0 && move(task->inner, inner) == 0) result = move(task->tree, place);
        }
        shut(inner);
        shut(hidden);
    }
    shut(place);
    return result;
}

static int make_folder(const struct task *task) {
    int folder = reach_mount(task);
    if (folder < 0) return -1;
    int tree = writable(folder);
    int result = tree >= 0 && make(tree, task->name, 0755) ? 0 : -1;
    shut(tree);
    shut(folder);
    return result;
}

static int make_point(const struct task *task) {
    int folder = reach(task->place);
    if (folder < 0) return -1;
    struct stat facts;
    bool is_new = mkdirat(folder, task->name, 0700) == 0;
    int point = -1;
    if (is_new || errno == EEXIST)
        point = openat(folder, task->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    // What this user was given must not be the hub's, or they couldn't remove it.
    if (point >= 0 && is_new && fstat(folder, &facts) == 0) (void)!fchown(point, facts.st_uid, facts.st_gid);
    int result = -1;
    DIR *entries = point >= 0 ? fdopendir(point) : NULL;
    if (entries != NULL) {
        result = 1;
        for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) result = 0;
        closedir(entries);
    }
    shut(folder);
    return result;
}

static int restrict_mount(const struct task *task) {
    int folder = reach_mount(task);
    if (folder < 0) return -1;
    struct mount_attr attributes = {0};
    if (task->is_read_only) attributes.attr_set = MOUNT_ATTR_RDONLY;
    else attributes.attr_clr = MOUNT_ATTR_RDONLY;
    int result = mount_setattr(folder, "", AT_EMPTY_PATH, &attributes, sizeof attributes);
    shut(folder);
    return result;
}

/// Removes the empty folder that something was mounted on, if that was on a shelf; one in the user's home is theirs.
static void clear_shelf(const char *place) {
    const char *slash = strrchr(place, '/');
    char parent[PATH_MAX];
    if (slash == NULL || slash == place || (size_t)(slash - place) >= sizeof parent) return;
    memcpy(parent, place, (size_t)(slash - place));
    parent[slash - place] = 0;
    struct statfs facts;
    int shelf = reach(parent);
    if (shelf < 0) return;
    if (fstatfs(shelf, &facts) == 0 && facts.f_type == TMPFS_MAGIC) {
        int tree = writable(shelf);
        if (tree >= 0) unlinkat(tree, slash + 1, AT_REMOVEDIR);
        shut(tree);
    }
    shut(shelf);
}

static int hide(const struct task *task) {
    int folder = reach_mount(task);
    if (folder < 0) return -1;
    int place = hiding_place(task->mount);
    int result = place >= 0 ? move(folder, place) : -1;
    shut(place);
    shut(folder);
    if (result == 0) clear_shelf(task->place);
    return result;
}

static int take_away(const struct task *task) { return umount2(task->place, UMOUNT_NOFOLLOW); }

static int take_copy(const struct task *task) {
    int folder = reach(task->place);
    if (folder < 0) return -1;
    int tree = open_tree(folder, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
    struct mount_attr attributes = {.propagation = MS_PRIVATE};
    if (tree >= 0 && mount_setattr(tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) < 0) {
        shut(tree);
        tree = -1;
    }
    shut(folder);
    return tree;
}

static int detach(const struct task *task) {
    int folder = reach_mount(task);
    if (folder < 0) return -1;
    shut(folder);
    return umount2(task->place, MNT_DETACH | UMOUNT_NOFOLLOW);
}

static int leave_word(const struct task *task) {
    int top = writable_top();
    if (top < 0) return -1;
    int result = -1;
    if (make(top, ended_folder, 0755)) {
        char path[96];
        snprintf(path, sizeof path, "%s/%s", ended_folder, task->name);
        unlinkat(top, path, 0);
        int file = openat(top, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        size_t length = strlen(task->text);
        if (file >= 0 && fchmod(file, 0644) == 0 && write(file, task->text, length) == (ssize_t)length) result = 0;
        shut(file);
    }
    shut(top);
    return result;
}

// MARK: - Their faces

const char *carrel_mounts_closed_path(void) { return closed_folder; }

int carrel_mounts_attach(int namespace, int tree, const char *place, int inner, const char *inner_name) {
    return within((struct task){
        .act = attach, .namespace = namespace, .tree = tree, .place = place, .inner = inner, .name = inner_name});
}

int carrel_mounts_make_folder(int namespace, const char *place, uint64_t mount, const char *name) {
    return within((struct task){
        .act = make_folder, .namespace = namespace, .place = place, .mount = mount, .name = name});
}

int carrel_mounts_make_point(int namespace, const char *place, const char *name) {
    return within((struct task){.act = make_point, .namespace = namespace, .place = place, .name = name});
}

int carrel_mounts_restrict(int namespace, const char *place, uint64_t mount, bool is_read_only) {
    return within((struct task){
        .act = restrict_mount, .namespace = namespace, .place = place, .mount = mount, .is_read_only = is_read_only});
}

int carrel_mounts_hide(int namespace, const char *place, uint64_t mount) {
    return within((struct task){.act = hide, .namespace = namespace, .place = place, .mount = mount});
}

int carrel_mounts_remove(int namespace, const char *place) {
    return within((struct task){.act = take_away, .namespace = namespace, .place = place});
}

int carrel_mounts_take(int namespace, const char *place) {
    return within((struct task){.act = take_copy, .namespace = namespace, .place = place});
}

int carrel_mounts_detach(int namespace, const char *place, uint64_t mount) {
    return within((struct task){.act = detach, .namespace = namespace, .place = place, .mount = mount});
}

int carrel_mounts_leave_word(int namespace, const char *name, const char *text) {
    return within((struct task){.act = leave_word, .namespace = namespace, .name = name, .text = text});
}
