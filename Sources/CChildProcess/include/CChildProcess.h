/* What starting a child takes of the C library and Swift cannot see: functions that glibc declares for _GNU_SOURCE. */
#ifndef TRIBUTARY_CHILD_PROCESS_H
#define TRIBUTARY_CHILD_PROCESS_H

#include <sys/types.h>

/* What is started, and how. All pointers are borrowed for the call. */
struct tributary_spawn {
  /* The program; no search is made. */
  const char *executable;
  /* Both end with NULL. */
  char *const *arguments;
  char *const *environment;
  /* Where it works, or NULL for the folder of this process. */
  const char *directory;
  /* Descriptor n of the child is a copy of descriptors[n]; it has no others. Each is at least `count`. */
  const int *descriptors;
  int count;
};

/* Starts a child at the head of a process group of its own, with no signal blocked or ignored.
   Returns 0, or a number of errno. */
int tributary_spawn(const struct tributary_spawn *request, pid_t *child);

/* A pipe whose ends are closed on exec and stand above the descriptors that children have. Returns 0 or -1. */
int tributary_pipe(int ends[2]);

/* A descriptor that can be read once a child has ended, or -1 where the kernel has none. */
int tributary_watch(pid_t child);

#endif
