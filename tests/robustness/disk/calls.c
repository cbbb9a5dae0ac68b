/* The calls by which a process uses the files of one folder: counted, let fail, and written down.
 *
 * Preloaded (LD_PRELOAD) into Python, whose sqlite3 then makes its calls through here. `disk/calls.py` says by the
 * functions at the end which folder is watched and what shall happen at which call.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Kinds of calls, as bits; `disk/calls.py` has the same. */
enum { READ = 1, WRITE = 2, SYNC = 4, TRUNCATE = 8, OPEN = 16, NAME = 32, LOCK = 64, MAP = 128 };
/* What may happen at one: it fails; it does half and says so; it does half and fails; the process is sent a signal before
 * it; or once half is done. */
enum { NOTHING, FAIL, HALF, TORN, SIGNAL, CRASH };
/* What is written down. A record is a `struct record` and `length` bytes. */
enum { OPENED = 1, MADE, WRITTEN, CUT, SYNCED, RENAMED, LINKED, UNLINKED, SAID };

struct record {
    int32_t what, pid, fd, length;
    int64_t offset;
};

enum { DESCRIPTORS = 4096, SECTOR = 512 };

static char folder[PATH_MAX];
static size_t folder_length;
static unsigned char watched[DESCRIPTORS];
static int log_to = -1;
static struct {
    int kinds, happens, number, lasting;
    long at, seen;
} fault;
static long seen[8]; /* of each kind */

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, __func__)

static int is_watched(int fd) { return fd >= 0 && fd < DESCRIPTORS && watched[fd]; }

/* The path from the root on, or NULL where it is not in the folder that is watched. */
static const char *inside(const char *path, char *whole) {
    if (!folder_length || !path) return NULL;
    if (path[0] == '/') {
        snprintf(whole, PATH_MAX, "%s", path);
    } else {
        char here[PATH_MAX];
        if (!getcwd(here, sizeof here)) return NULL;
        if (snprintf(whole, PATH_MAX, "%s/%s", here, path) >= PATH_MAX) return NULL;
    }
    if (strncmp(whole, folder, folder_length) || (whole[folder_length] && whole[folder_length] != '/')) return NULL;
    return whole;
}

/* Count a call; what shall happen at it. After a lasting fault only part of the first call is done, if any. */
static int at(int kind) {
    seen[__builtin_ctz(kind)]++;
    if (!(fault.kinds & kind)) return NOTHING;
    fault.seen++;
    if (fault.seen != fault.at && !(fault.lasting && fault.seen > fault.at)) return NOTHING;
    if (fault.happens == SIGNAL) {
        kill(getpid(), fault.number);
        return NOTHING;
    }
    errno = fault.number;
    return fault.seen > fault.at ? FAIL : fault.happens;
}

/* The result of a call that has done what it was let do. */
static ssize_t then(int happens, ssize_t done) {
    if (happens == CRASH) kill(getpid(), fault.number);
    if (happens != TORN) return done;
    errno = fault.number;
    return -1;
}

static void note(int what, int fd, int64_t offset, const void *bytes, size_t length) {
    if (log_to < 0) return;
    int before = errno;
    struct record record = {what, getpid(), fd, (int32_t)length, offset};
    struct iovec parts[2] = {{&record, sizeof record}, {(void *)bytes, length}};
    if (writev(log_to, parts, 2) != (ssize_t)(sizeof record + length)) _exit(99);
    errno = before;
}

static void note_two_names(int what, const char *old, const char *new) {
    char both[2 * PATH_MAX];
    int length = snprintf(both, sizeof both, "%s\n%s", old, new);
    note(what, -1, 0, both, length);
}

static int opened(int (*real)(const char *, int, ...), const char *path, int flags, mode_t mode) {
    char whole[PATH_MAX];
    const char *named = inside(path, whole);
    if (named && at(OPEN)) return -1;
    int made = named && (flags & O_CREAT) && access(path, F_OK);
    int fd = real(path, flags, mode);
    if (fd >= 0 && fd < DESCRIPTORS) watched[fd] = named != NULL;
    if (fd >= 0 && named) {
        note(made ? MADE : OPENED, fd, 0, whole, strlen(whole));
        if (flags & O_TRUNC) note(CUT, fd, 0, "", 0);
    }
    return fd;
}

#define OPENS(name)                                                                                                    \
    int name(const char *path, int flags, ...) {                                                                       \
        REAL(name);                                                                                                    \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;                                                      \
        va_end(more);                                                                                                  \
        return opened(real, path, flags, mode);                                                                        \
    }
OPENS(open)
OPENS(open64)

int close(int fd) {
    REAL(close);
    if (is_watched(fd)) watched[fd] = 0;
    return real(fd);
}

#define READS(name, parameters, ...)                                                                                   \
    ssize_t name parameters {                                                                                          \
        REAL(name);                                                                                                    \
        switch (is_watched(fd) ? at(READ) : NOTHING) {                                                                 \
        case FAIL:                                                                                                     \
        case TORN:                                                                                                     \
            return -1;                                                                                                 \
        case HALF:                                                                                                     \
            length -= length / 2;                                                                                         \
        }                                                                                                              \
        return real(__VA_ARGS__);                                                                                      \
    }
READS(read, (int fd, void *bytes, size_t length), fd, bytes, length)
READS(pread, (int fd, void *bytes, size_t length, off_t offset), fd, bytes, length, offset)
READS(pread64, (int fd, void *bytes, size_t length, off64_t offset), fd, bytes, length, offset)

/* Half of what is to be written, in whole sectors where there are some. */
static size_t half(size_t length) { return length / 2 >= SECTOR ? length / 2 / SECTOR * SECTOR : length / 2; }

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(write);
    if (fd == STDOUT_FILENO) note(SAID, fd, 0, bytes, length);
    if (!is_watched(fd)) return real(fd, bytes, length);
    int64_t offset = lseek(fd, 0, SEEK_CUR);
    int happens = at(WRITE);
    if (happens == FAIL) return -1;
    ssize_t written = real(fd, bytes, happens == NOTHING ? length : half(length));
    if (written > 0) note(WRITTEN, fd, offset, bytes, written);
    return then(happens, written);
}

#define WRITES(name, type)                                                                                             \
    ssize_t name(int fd, const void *bytes, size_t length, type offset) {                                              \
        REAL(name);                                                                                                    \
        int happens = is_watched(fd) ? at(WRITE) : NOTHING;                                                            \
        if (happens == FAIL) return -1;                                                                                \
        ssize_t written = real(fd, bytes, happens == NOTHING ? length : half(length), offset);                         \
        if (written > 0 && is_watched(fd)) note(WRITTEN, fd, offset, bytes, written);                                  \
        return then(happens, written);                                                                                 \
    }
WRITES(pwrite, off_t)
WRITES(pwrite64, off64_t)

#define SYNCS(name)                                                                                                    \
    int name(int fd) {                                                                                                 \
        REAL(name);                                                                                                    \
        if (is_watched(fd) && at(SYNC)) return -1;                                                                     \
        int failed = real(fd);                                                                                         \
        if (!failed && is_watched(fd)) note(SYNCED, fd, 0, "", 0);                                                     \
        return failed;                                                                                                 \
    }
SYNCS(fsync)
SYNCS(fdatasync)

#define CUTS(name, type)                                                                                               \
    int name(int fd, type length) {                                                                                    \
        REAL(name);                                                                                                    \
        if (is_watched(fd) && at(TRUNCATE)) return -1;                                                                 \
        int failed = real(fd, length);                                                                                 \
        if (!failed && is_watched(fd)) note(CUT, fd, length, "", 0);                                                   \
        return failed;                                                                                                 \
    }
CUTS(ftruncate, off_t)
CUTS(ftruncate64, off64_t)

#define TWO_NAMES(name, what)                                                                                          \
    int name(const char *old, const char *new) {                                                                       \
        REAL(name);                                                                                                    \
        char from[PATH_MAX], to[PATH_MAX];                                                                             \
        int is_inside = inside(old, from) && inside(new, to);                                                          \
        if (is_inside && at(NAME)) return -1;                                                                          \
        int failed = real(old, new);                                                                                   \
        if (!failed && is_inside) note_two_names(what, from, to);                                                      \
        return failed;                                                                                                 \
    }
TWO_NAMES(rename, RENAMED)
TWO_NAMES(link, LINKED)

int unlink(const char *path) {
    REAL(unlink);
    char whole[PATH_MAX];
    const char *named = inside(path, whole);
    if (named && at(NAME)) return -1;
    int failed = real(path);
    if (!failed && named) note(UNLINKED, -1, 0, whole, strlen(whole));
    return failed;
}

#define LOCKS(name)                                                                                                    \
    int name(int fd, int command, ...) {                                                                               \
        REAL(name);                                                                                                    \
        va_list more;                                                                                                  \
        va_start(more, command);                                                                                       \
        void *argument = va_arg(more, void *);                                                                         \
        va_end(more);                                                                                                  \
        if (command == F_SETLK && is_watched(fd) && ((struct flock *)argument)->l_type != F_UNLCK && at(LOCK))         \
            return -1;                                                                                                 \
        return real(fd, command, argument);                                                                            \
    }
LOCKS(fcntl)
LOCKS(fcntl64)

#define MAPS(name, type)                                                                                               \
    void *name(void *where, size_t length, int rights, int flags, int fd, type offset) {                               \
        REAL(name);                                                                                                    \
        if (is_watched(fd) && at(MAP)) return MAP_FAILED;                                                              \
        return real(where, length, rights, flags, fd, offset);                                                         \
    }
MAPS(mmap, off_t)
MAPS(mmap64, off64_t)

static int lasts(void) { return fault.lasting && fault.seen >= fault.at; }

/* A disk that stays full says so. */
#define STATES(name)                                                                                                   \
    int name(const char *path, struct name *found) {                                                                   \
        REAL(name);                                                                                                    \
        int failed = real(path, found);                                                                                \
        if (lasts() && fault.number == ENOSPC) found->f_bavail = 0;                                                    \
        return failed;                                                                                                 \
    }
STATES(statvfs)
STATES(statvfs64)

/* SQLite tries some things again for ten seconds; where a fault lasts, nobody needs to wait for that. */
int usleep(useconds_t time) {
    REAL(usleep);
    return lasts() ? 0 : real(time);
}

int nanosleep(const struct timespec *time, struct timespec *left) {
    REAL(nanosleep);
    return lasts() ? 0 : real(time, left);
}

/* What `disk/calls.py` calls. */

void calls_watch(const char *path) {
    snprintf(folder, sizeof folder, "%s", path);
    folder_length = strlen(folder);
}

/* Let `happens` happen at the call `at` (from 1 on) of those kinds, and `lasting`ly at all after it. */
void calls_fault(int kinds, long at_call, int happens, int number, int lasting) {
    fault.kinds = kinds, fault.at = at_call, fault.happens = happens, fault.number = number, fault.lasting = lasting;
    fault.seen = 0;
    memset(seen, 0, sizeof seen);
}

/* How many calls of the fault's kinds were made; of one kind. */
long calls_seen(void) { return fault.seen; }

long calls_of(int kind) { return seen[__builtin_ctz(kind)]; }

void calls_record(int fd) { log_to = fd; }
