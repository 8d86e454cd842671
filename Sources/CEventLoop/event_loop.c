#define _GNU_SOURCE
#include "CEventLoop.h"

#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

int tributary_poll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int tributary_poll_add(int poll, int descriptor, int64_t number, uint32_t what) {
  struct epoll_event event = {.events = 0, .data.u64 = (uint64_t)number};
  if (what & TRIBUTARY_READABLE) event.events |= EPOLLIN;
  if (what & TRIBUTARY_WRITABLE) event.events |= EPOLLOUT;
  if (what & TRIBUTARY_INPUT_ENDED) event.events |= EPOLLRDHUP;
  if (what & TRIBUTARY_EDGE) event.events |= EPOLLET;
  return epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event);
}

int tributary_poll_remove(int poll, int descriptor) {
  struct epoll_event none = {0};
  return epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, &none);
}

int tributary_poll_wait(int poll, struct tributary_event *events, int capacity, int milliseconds) {
  struct epoll_event found[256];
  int count = epoll_wait(poll, found, capacity < 256 ? capacity : 256, milliseconds);
  for (int index = 0; index < count; index++) {
    uint32_t what = 0;
    if (found[index].events & EPOLLIN) what |= TRIBUTARY_READABLE;
    if (found[index].events & EPOLLOUT) what |= TRIBUTARY_WRITABLE;
    if (found[index].events & EPOLLRDHUP) what |= TRIBUTARY_INPUT_ENDED;
    if (found[index].events & (EPOLLERR | EPOLLHUP)) what |= TRIBUTARY_BROKEN;
    events[index].number = (int64_t)found[index].data.u64;
    events[index].what = what;
  }
  return count;
}

int tributary_wake_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int tributary_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }
