// A disk that fails, and a clock that jumps, for a program that is started with this library preloaded.
//
// DISK_FOLDER   the folder, given as its real path, whose files are meant; all others are left alone.
// DISK_FAULT    kind:number: what happens at the operation of that number, counted from 1. Operations are writes, syncs,
//               changes of length, and files and folders that are made or removed.
//                 before, after   the process is killed there
//                 torn            half of a write is done, and the process is killed
//                 lost            the power fails: the process is killed, and of what was not synced nothing stays
//                 partly          the power fails: of what was not synced some sectors stay, chosen by DISK_SEED
//                 full            from there on there is no room
//                 error           the operation fails
//                 short           half of a write is done, and it says so
// DISK_LIES     where it is set, a sync says that it is done and nothing is on the disk.
// DISK_TRACE    a file that gets a line for each operation.
// CLOCK_FILE    a file with a number of milliseconds, which is added to the time of day whenever somebody asks.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SECTOR = 512, PATHS = 4096 };

// One thing that is on no disk yet.
struct change {
  enum { WRITTEN, CUT, MADE, REMOVED } kind;
  char *path;
  off_t offset, oldSize;
  size_t oldCount, newCount;
  char *old, *new;
  struct change *before;
};

static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static struct change *last;
static const char *folder, *fault, *tracePath, *clockPath;
static long faultNumber, operations, removed;
static int isFull;

__attribute__((constructor)) static void begin(void) {
  // A shell that starts the program is left alone.
  if (strcmp(program_invocation_short_name, "graph")) return;
  folder = getenv("DISK_FOLDER");
  tracePath = getenv("DISK_TRACE");
  clockPath = getenv("CLOCK_FILE");
  char *text = getenv("DISK_FAULT");
  if (text) {
    char *copy = strdup(text), *colon = strchr(copy, ':');
    if (!colon) abort();
    *colon = 0;
    fault = copy;
    faultNumber = atol(colon + 1);
  }
  // What this program starts has a disk as others have.
  unsetenv("LD_PRELOAD");
}

static int isWatched(const char *path) {
  size_t length = folder ? strlen(folder) : 0, whole = strlen(path);
  // The index of a log is memory that processes share; nobody reads it after a crash.
  if (whole > 4 && !strcmp(path + whole - 4, "-shm")) return 0;
  return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

static const char *pathOf(int descriptor, char *buffer) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t count = readlink(link, buffer, PATHS - 1);
  if (count < 0) return 0;
  buffer[count] = 0;
  return isWatched(buffer) ? buffer : 0;
}

static const char *absolute(const char *path, char *buffer) {
  if (path[0] == '/') snprintf(buffer, PATHS, "%s", path);
  else {
    char here[PATHS];
    if (!getcwd(here, sizeof here)) return 0;
    if (snprintf(buffer, PATHS, "%s/%s", here, path) >= PATHS) return 0;
  }
  return isWatched(buffer) ? buffer : 0;
}

// MARK: What is on no disk yet

static struct change *note(int kind, const char *path) {
  struct change *change = calloc(1, sizeof *change);
  change->kind = kind;
  change->path = strdup(path);
  change->before = last;
  last = change;
  return change;
}

static void forget(int (*isMeant)(struct change *, const char *), const char *path) {
  for (struct change **place = &last; *place;) {
    struct change *change = *place;
    if (!isMeant(change, path)) { place = &change->before; continue; }
    *place = change->before;
    free(change->path), free(change->old), free(change->new), free(change);
  }
}

static int isContent(struct change *change, const char *path) {
  return (change->kind == WRITTEN || change->kind == CUT) && !strcmp(change->path, path);
}

static int isEntry(struct change *change, const char *path) {
  size_t length = strlen(path);
  return (change->kind == MADE || change->kind == REMOVED) && !strncmp(change->path, path, length)
    && change->path[length] == '/' && !strchr(change->path + length + 1, '/');
}

static void noteWrite(const char *path, off_t offset, const void *bytes, size_t count) {
  struct change *change = note(WRITTEN, path);
  struct stat status;
  change->offset = offset;
  change->oldSize = stat(path, &status) ? 0 : status.st_size;
  change->old = malloc(count + 1);
  change->new = malloc(count + 1);
  change->newCount = count;
  memcpy(change->new, bytes, count);
  int file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  ssize_t got = file < 0 ? 0 : syscall(SYS_pread64, file, change->old, count, offset);
  if (file >= 0) close(file);
  change->oldCount = got < 0 ? 0 : got;
}

static void noteCut(const char *path, off_t size) {
  struct stat status;
  off_t oldSize = stat(path, &status) ? 0 : status.st_size;
  struct change *change = note(CUT, path);
  change->oldSize = oldSize;
  change->offset = size;
  if (size >= oldSize) return;
  change->oldCount = oldSize - size;
  change->old = malloc(change->oldCount);
  int file = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (file >= 0) {
    if (syscall(SYS_pread64, file, change->old, change->oldCount, size) < 0) abort();
    close(file);
  }
}

static void put(const char *path, const char *bytes, size_t count, off_t offset) {
  int file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
  if (file < 0) return;
  if (count && syscall(SYS_pwrite64, file, bytes, count, offset) < 0) abort();
  close(file);
}

static void cut(const char *path, off_t size) {
  int file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
  if (file < 0) return;
  if (syscall(SYS_ftruncate, file, size) < 0) abort();
  close(file);
}

static unsigned long seed;

static int isKept(void) {
  seed = seed * 6364136223846793005ul + 1442695040888963407ul;
  return seed >> 63;
}

// Takes back what is on no disk yet, or does some of it again.
static void losePower(int keepsSome) {
  struct change *first = 0;
  for (struct change *change = last; change;) {
    struct change *before = change->before;
    switch (change->kind) {
    case WRITTEN:
    case CUT:
      if (change->kind == CUT && change->oldCount == 0) cut(change->path, change->oldSize);
      put(change->path, change->old, change->oldCount, change->offset);
      if (change->kind == WRITTEN) cut(change->path, change->oldSize);
      break;
    case MADE:
      if (keepsSome && isKept()) break;
      if (syscall(SYS_unlinkat, AT_FDCWD, change->path, 0) < 0) {
        // A folder that is not there has nothing in it.
        DIR *entries = opendir(change->path);
        for (struct dirent *entry; entries && (entry = readdir(entries));) {
          char name[PATHS + 256];
          snprintf(name, sizeof name, "%s/%s", change->path, entry->d_name);
          syscall(SYS_unlinkat, AT_FDCWD, name, 0);
        }
        if (entries) closedir(entries);
        syscall(SYS_unlinkat, AT_FDCWD, change->path, AT_REMOVEDIR);
      }
      break;
    case REMOVED:
      if (!keepsSome || !isKept()) syscall(SYS_renameat, AT_FDCWD, change->old, AT_FDCWD, change->path);
      break;
    }
    change->before = first;
    first = change;
    change = before;
  }
  for (struct change *change = first; keepsSome && change; change = change->before) {
    if (change->kind != WRITTEN) continue;
    for (size_t done = 0; done < change->newCount;) {
      size_t count = SECTOR - (change->offset + done) % SECTOR;
      if (count > change->newCount - done) count = change->newCount - done;
      if (isKept()) put(change->path, change->new + done, count, change->offset + done);
      done += count;
    }
  }
}

// MARK: Operations

enum { GO_ON, FAIL, HALF, HALF_AND_DIE, GO_ON_AND_DIE };

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

// What becomes of an operation; the lock is held until `ended`.
static int started(const char *name, const char *path, size_t count) {
  pthread_mutex_lock(&lock);
  operations++;
  if (tracePath) {
    char line[PATHS + 64];
    int length = snprintf(line, sizeof line, "%s %zu %s\n", name, count, path + strlen(folder));
    int file = syscall(SYS_openat, AT_FDCWD, tracePath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (syscall(SYS_write, file, line, length) < 0) abort();
    syscall(SYS_close, file);
  }
  int isWrite = !strcmp(name, "write");
  if (isFull) return isWrite || !strcmp(name, "make") ? FAIL : GO_ON;
  if (!fault || operations != faultNumber) return GO_ON;
  if (!strcmp(fault, "before")) die();
  if (!strcmp(fault, "after")) return GO_ON_AND_DIE;
  if (!strcmp(fault, "torn")) {
    if (isWrite) return HALF_AND_DIE;
    die();
  }
  if (!strcmp(fault, "lost") || !strcmp(fault, "partly")) {
    const char *text = getenv("DISK_SEED");
    seed = text ? strtoul(text, 0, 10) * 2654435769ul + 1 : 1;
    for (int turn = 0; turn < 8; turn++) isKept();
    losePower(!strcmp(fault, "partly"));
    die();
  }
  if (!strcmp(fault, "full")) {
    isFull = 1;
    return isWrite || !strcmp(name, "make") ? FAIL : GO_ON;
  }
  if (!strcmp(fault, "error")) return FAIL;
  if (!strcmp(fault, "short")) return isWrite && count > 1 ? HALF : GO_ON;
  abort();
}

static void ended(int what) {
  if (what == GO_ON_AND_DIE || what == HALF_AND_DIE) die();
  pthread_mutex_unlock(&lock);
}

static int failed(void) {
  errno = isFull ? ENOSPC : EIO;
  pthread_mutex_unlock(&lock);
  return -1;
}

static ssize_t writeAt(int descriptor, const char *path, const void *bytes, size_t count, off_t offset, int moves) {
  int what = started("write", path, count);
  if (what == FAIL) return failed();
  if (what == HALF || what == HALF_AND_DIE) count = count / 2;
  noteWrite(path, offset, bytes, count);
  ssize_t result = moves ? syscall(SYS_write, descriptor, bytes, count)
                         : syscall(SYS_pwrite64, descriptor, bytes, count, offset);
  int error = errno;
  ended(what);
  errno = error;
  return result;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  char buffer[PATHS];
  const char *path = pathOf(descriptor, buffer);
  if (!path) return syscall(SYS_pwrite64, descriptor, bytes, count, offset);
  return writeAt(descriptor, path, bytes, count, offset, 0);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  return pwrite64(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  char buffer[PATHS];
  const char *path = pathOf(descriptor, buffer);
  if (!path) return syscall(SYS_write, descriptor, bytes, count);
  struct stat status;
  off_t offset = fcntl(descriptor, F_GETFL) & O_APPEND && !fstat(descriptor, &status)
    ? status.st_size : lseek(descriptor, 0, SEEK_CUR);
  return writeAt(descriptor, path, bytes, count, offset, 1);
}

static int synced(int descriptor, long call) {
  char buffer[PATHS];
  const char *path = pathOf(descriptor, buffer);
  if (!path) return syscall(call, descriptor);
  struct stat status;
  int what = started("sync", path, 0);
  if (what == FAIL) return failed();
  int result = syscall(call, descriptor);
  if (!result && !getenv("DISK_LIES")) forget(!fstat(descriptor, &status) && S_ISDIR(status.st_mode) ? isEntry : isContent, path);
  ended(what);
  return result;
}

int fsync(int descriptor) { return synced(descriptor, SYS_fsync); }

int fdatasync(int descriptor) { return synced(descriptor, SYS_fdatasync); }

int ftruncate64(int descriptor, off64_t size) {
  char buffer[PATHS];
  const char *path = pathOf(descriptor, buffer);
  if (!path) return syscall(SYS_ftruncate, descriptor, size);
  int what = started("cut", path, size);
  if (what == FAIL) return failed();
  noteCut(path, size);
  int result = syscall(SYS_ftruncate, descriptor, size);
  ended(what);
  return result;
}

int ftruncate(int descriptor, off_t size) { return ftruncate64(descriptor, size); }

static int opened(int at, const char *path, int flags, mode_t mode) {
  char buffer[PATHS];
  const char *whole = flags & O_CREAT && (at == AT_FDCWD || path[0] == '/') ? absolute(path, buffer) : 0;
  if (!whole || !access(whole, F_OK)) return syscall(SYS_openat, at, path, flags, mode);
  int what = started("make", whole, 0);
  if (what == FAIL) return failed();
  int result = syscall(SYS_openat, at, path, flags, mode);
  if (result >= 0) note(MADE, whole);
  int error = errno;
  ended(what);
  errno = error;
  return result;
}

int open64(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
  va_end(list);
  return opened(AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
  va_end(list);
  return opened(AT_FDCWD, path, flags, mode);
}

int mkdir(const char *path, mode_t mode) {
  char buffer[PATHS];
  const char *whole = absolute(path, buffer);
  if (!whole) return syscall(SYS_mkdirat, AT_FDCWD, path, mode);
  int what = started("make", whole, 0);
  if (what == FAIL) return failed();
  int result = syscall(SYS_mkdirat, AT_FDCWD, path, mode);
  if (!result) note(MADE, whole);
  int error = errno;
  ended(what);
  errno = error;
  return result;
}

int unlink(const char *path) {
  char buffer[PATHS];
  const char *whole = absolute(path, buffer);
  if (!whole) return syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  int what = started("remove", whole, 0);
  if (what == FAIL) return failed();
  // What may come back is kept beside the folder.
  char other[PATHS];
  snprintf(other, sizeof other, "%.*s.removed-%d-%ld", PATHS - 64, folder, getpid(), ++removed);
  int result = fault && syscall(SYS_linkat, AT_FDCWD, whole, AT_FDCWD, other, 0) == 0;
  if (result) note(REMOVED, whole)->old = strdup(other);
  result = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  int error = errno;
  ended(what);
  errno = error;
  return result;
}

// MARK: The clock

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = syscall(SYS_clock_gettime, clock, time);
  if (result || clock != CLOCK_REALTIME || !clockPath) return result;
  char text[32] = "";
  int file = syscall(SYS_openat, AT_FDCWD, clockPath, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return result;
  if (syscall(SYS_read, file, text, sizeof text - 1) > 0) {
    long long offset = atoll(text);
    long long nanoseconds = time->tv_nsec + offset % 1000 * 1000000;
    time->tv_sec += offset / 1000 + nanoseconds / 1000000000;
    time->tv_nsec = nanoseconds % 1000000000;
    if (time->tv_nsec < 0) time->tv_nsec += 1000000000, time->tv_sec -= 1;
  }
  syscall(SYS_close, file);
  return result;
}
