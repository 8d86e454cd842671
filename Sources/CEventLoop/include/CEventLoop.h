// What Linux has to wait for many sockets, in a form that Swift sees.
#ifndef TRIBUTARY_EVENT_LOOP_H
#define TRIBUTARY_EVENT_LOOP_H

#include <stdint.h>

// What has happened to a descriptor, or is waited for.
enum {
  TRIBUTARY_READABLE = 1,
  TRIBUTARY_WRITABLE = 2,
  // The other side sends no more.
  TRIBUTARY_INPUT_ENDED = 4,
  // The connection is broken.
  TRIBUTARY_BROKEN = 8,
  // Told once for each change.
  TRIBUTARY_EDGE = 16,
};

struct tributary_event {
  int64_t number;
  uint32_t what;
};

// A descriptor to wait on, or -1.
int tributary_poll_create(void);

// Watches a descriptor under a number; 0, or -1.
int tributary_poll_add(int poll, int descriptor, int64_t number, uint32_t what);

// Watches it no more; 0, or -1.
int tributary_poll_remove(int poll, int descriptor);

// Waits for events, at most 256; their number, or -1.
int tributary_poll_wait(int poll, struct tributary_event *events, int capacity, int milliseconds);

// A descriptor that wakes another thread, or -1.
int tributary_wake_create(void);

// A new connection that never waits, or -1.
int tributary_accept(int listener);

#endif
