#define _GNU_SOURCE
#include "CChildProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

static int add_actions(posix_spawn_file_actions_t *actions, const struct tributary_spawn *request) {
  int code = 0;
  for (int place = 0; place < request->count && code == 0; place++)
    code = posix_spawn_file_actions_adddup2(actions, request->descriptors[place], place);
#if __GLIBC_PREREQ(2, 34)
  if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(actions, request->count);
#else
  for (int other = request->count; other < 1024 && code == 0; other++)
    code = posix_spawn_file_actions_addclose(actions, other);
#endif
  if (code == 0 && request->directory) code = posix_spawn_file_actions_addchdir_np(actions, request->directory);
  return code;
}

static int add_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int code = posix_spawnattr_setpgroup(attributes, 0);
  if (code == 0) code = posix_spawnattr_setsigmask(attributes, &none);
  if (code == 0) code = posix_spawnattr_setsigdefault(attributes, &all);
  if (code == 0)
    code = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return code;
}

int tributary_spawn(const struct tributary_spawn *request, pid_t *child) {
  posix_spawn_file_actions_t actions;
  int code = posix_spawn_file_actions_init(&actions);
  if (code != 0) return code;
  posix_spawnattr_t attributes;
  code = posix_spawnattr_init(&attributes);
  if (code == 0) {
    code = add_actions(&actions, request);
    if (code == 0) code = add_attributes(&attributes);
    if (code == 0)
      code = posix_spawn(
          child, request->executable, &actions, &attributes, request->arguments, request->environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

/* The copy of an end at 16 or above, in its place: no child has so many descriptors. */
static int lift(int *end) {
  int lifted = fcntl(*end, F_DUPFD_CLOEXEC, 16);
  close(*end);
  *end = lifted;
  return lifted < 0 ? -1 : 0;
}

int tributary_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  int first = lift(&ends[0]), second = lift(&ends[1]);
  if (first == 0 && second == 0) return 0;
  int code = errno;
  if (first == 0) close(ends[0]);
  if (second == 0) close(ends[1]);
  errno = code;
  return -1;
}

int tributary_watch(pid_t child) {
#ifdef SYS_pidfd_open
  return (int)syscall(SYS_pidfd_open, child, 0);
#else
  return -1;
#endif
}
