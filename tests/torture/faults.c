/* Makes the n-th change of a folder's files fail, or kills the process before or after it.
 *
 * Loaded with LD_PRELOAD, it stands before the C library's calls that change files. A call that concerns a path
 * below FAULT_ROOT is counted, over all processes together, in the shared memory that FAULT_STATE names:
 * 64-bit numbers: count, place, deed, errno, done. The deeds: 0 nothing, 1 fail, 2 kill before, 3 kill after,
 * 4 only write down what was called, a line each, beside the state. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { NOTHING, FAIL, KILL_BEFORE, KILL_AFTER, WRITE_DOWN };

static struct { long count, place, deed, number, done; } volatile *state;
static const char *root;
static size_t root_length;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FAULT_STATE");
    root = getenv("FAULT_ROOT");
    if (path == NULL || root == NULL)
        return;
    root_length = strlen(root);
    int handle = open(path, O_RDWR | O_CLOEXEC);
    if (handle < 0)
        return;
    void *memory = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    close(handle);
    if (memory != MAP_FAILED)
        state = memory;
}

static void write_down(const char *call, const char *path)
{
    char place[PATH_MAX];
    snprintf(place, sizeof place, "%s.log", getenv("FAULT_STATE"));
    FILE *log = fopen(place, "a");
    if (log == NULL)
        return;
    fprintf(log, "%d\t%s\t%s\n", (int)getpid(), call, path);
    fclose(log);
}

static int below(const char *path)
{
    return strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

/* 0: go on. 1: fail with errno set. 3: go on, then die. */
static int fate(const char *call, const char *path)
{
    if (!below(path))
        return 0;
    if (state->deed == WRITE_DOWN)
        write_down(call, path);
    if (__atomic_fetch_add(&state->count, 1, __ATOMIC_SEQ_CST) != state->place || state->deed == WRITE_DOWN)
        return 0;
    state->done = 1;
    if (state->deed == FAIL) {
        errno = (int)state->number;
        return 1;
    }
    if (state->deed == KILL_BEFORE)
        kill(getpid(), SIGKILL);
    return 3;
}

static int path_of(int handle, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return 1;
}

static int fate_of_path(const char *call, int folder, const char *path)
{
    char whole[2 * PATH_MAX];
    if (state == NULL || state->deed == NOTHING || path == NULL)
        return 0;
    if (path[0] == '/')
        return fate(call, path);
    if (folder == AT_FDCWD ? getcwd(whole, PATH_MAX) == NULL : !path_of(folder, whole))
        return 0;
    strcat(strcat(whole, "/"), path);
    return fate(call, whole);
}

static int fate_of_handle(const char *call, int handle)
{
    char path[PATH_MAX];
    if (state == NULL || state->deed == NOTHING || !path_of(handle, path))
        return 0;
    return fate(call, path);
}

#define WRAP(type, name, parameters, arguments, doom)                 \
    type name parameters                                              \
    {                                                                 \
        static type(*real) parameters;                                \
        if (real == NULL)                                             \
            real = (type(*) parameters)dlsym(RTLD_NEXT, #name);       \
        int doomed = doom;                                            \
        if (doomed == 1)                                              \
            return -1;                                                \
        type result = real arguments;                                 \
        if (doomed == 3)                                              \
            kill(getpid(), SIGKILL);                                  \
        return result;                                                \
    }

WRAP(ssize_t, write, (int h, const void *b, size_t n), (h, b, n), fate_of_handle(__func__, h))
WRAP(ssize_t, sendfile, (int o, int i, off_t *p, size_t n), (o, i, p, n), fate_of_handle(__func__, o))
WRAP(ssize_t, sendfile64, (int o, int i, off_t *p, size_t n), (o, i, p, n), fate_of_handle(__func__, o))
WRAP(ssize_t, copy_file_range, (int i, off_t *a, int o, off_t *b, size_t n, unsigned f), (i, a, o, b, n, f), fate_of_handle(__func__, o))
WRAP(int, fsync, (int h), (h), fate_of_handle(__func__, h))
WRAP(int, ftruncate, (int h, off_t n), (h, n), fate_of_handle(__func__, h))
WRAP(int, ftruncate64, (int h, off_t n), (h, n), fate_of_handle(__func__, h))
WRAP(int, rename, (const char *a, const char *b), (a, b), fate_of_path(__func__, AT_FDCWD, b))
WRAP(int, renameat, (int d, const char *a, int e, const char *b), (d, a, e, b), fate_of_path(__func__, e, b))
WRAP(int, renameat2, (int d, const char *a, int e, const char *b, unsigned f), (d, a, e, b, f), fate_of_path(__func__, e, b))
WRAP(int, link, (const char *a, const char *b), (a, b), fate_of_path(__func__, AT_FDCWD, b))
WRAP(int, linkat, (int d, const char *a, int e, const char *b, int f), (d, a, e, b, f), fate_of_path(__func__, e, b))
WRAP(int, symlink, (const char *a, const char *b), (a, b), fate_of_path(__func__, AT_FDCWD, b))
WRAP(int, mkdir, (const char *p, mode_t m), (p, m), fate_of_path(__func__, AT_FDCWD, p))
WRAP(int, mkdirat, (int d, const char *p, mode_t m), (d, p, m), fate_of_path(__func__, d, p))
WRAP(int, rmdir, (const char *p), (p), fate_of_path(__func__, AT_FDCWD, p))
WRAP(int, unlink, (const char *p), (p), fate_of_path(__func__, AT_FDCWD, p))
WRAP(int, unlinkat, (int d, const char *p, int f), (d, p, f), fate_of_path(__func__, d, p))
WRAP(int, chmod, (const char *p, mode_t m), (p, m), fate_of_path(__func__, AT_FDCWD, p))

#define WRAP_OPEN(name, parameters, folder)                           \
    int name parameters                                               \
    {                                                                 \
        static int (*real)(int, const char *, int, ...);              \
        if (real == NULL)                                             \
            real = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, "openat64"); \
        va_list more;                                                 \
        va_start(more, flags);                                        \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                                 \
        int changes = (flags & (O_CREAT | O_TRUNC)) != 0;             \
        int doomed = changes ? fate_of_path(__func__, folder, path) : 0;        \
        if (doomed == 1)                                              \
            return -1;                                                \
        int result = real(folder, path, flags, mode);                 \
        if (doomed == 3)                                              \
            kill(getpid(), SIGKILL);                                  \
        return result;                                                \
    }

WRAP_OPEN(open, (const char *path, int flags, ...), AT_FDCWD)
WRAP_OPEN(open64, (const char *path, int flags, ...), AT_FDCWD)
WRAP_OPEN(openat, (int folder, const char *path, int flags, ...), folder)
WRAP_OPEN(openat64, (int folder, const char *path, int flags, ...), folder)
