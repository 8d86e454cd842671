#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// The header checks argument types with macros of these names; here the
// functions themselves are meant.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#define EACH_FUNCTION(X) \
  X(curl_global_init) \
  X(curl_version_info) \
  X(curl_easy_init) \
  X(curl_easy_reset) \
  X(curl_easy_cleanup) \
  X(curl_easy_pause) \
  X(curl_easy_strerror) \
  X(curl_easy_setopt) \
  X(curl_easy_getinfo) \
  X(curl_slist_append) \
  X(curl_slist_free_all) \
  X(curl_multi_init) \
  X(curl_multi_cleanup) \
  X(curl_multi_setopt) \
  X(curl_multi_add_handle) \
  X(curl_multi_remove_handle) \
  X(curl_multi_perform) \
  X(curl_multi_poll) \
  X(curl_multi_wakeup) \
  X(curl_multi_info_read)

#define DECLARE(name) __typeof__(&name) name##_;
static struct {
  EACH_FUNCTION(DECLARE)
} library;
#undef DECLARE

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int load_status = -1;
static char load_error[256] = "";

static void load(void) {
  void *handle = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
  if (!handle) {
    snprintf(load_error, sizeof load_error, "libcurl.so.4 cannot be opened; install the Debian package 'libcurl4'");
    return;
  }
#define LOOK_UP(name) \
  library.name##_ = (__typeof__(&name))dlsym(handle, #name); \
  if (!library.name##_) { \
    snprintf(load_error, sizeof load_error, "libcurl.so.4 has no '" #name "'; version 7.68 or later is needed"); \
    return; \
  }
  EACH_FUNCTION(LOOK_UP)
#undef LOOK_UP
  CURLcode code = library.curl_global_init_(CURL_GLOBAL_ALL);
  if (code != CURLE_OK) {
    snprintf(load_error, sizeof load_error, "libcurl cannot start: %s", library.curl_easy_strerror_(code));
    return;
  }
  load_status = 0;
}

int tributary_curl_load(void) {
  pthread_once(&once, load);
  return load_status;
}

const char *tributary_curl_load_error(void) { return load_error; }

const char *tributary_curl_version(void) { return library.curl_version_info_(CURLVERSION_NOW)->version; }

CURL *tributary_curl_easy_init(void) { return library.curl_easy_init_(); }

void tributary_curl_easy_reset(CURL *easy) { library.curl_easy_reset_(easy); }

void tributary_curl_easy_cleanup(CURL *easy) { library.curl_easy_cleanup_(easy); }

CURLcode tributary_curl_easy_pause(CURL *easy, int mask) { return library.curl_easy_pause_(easy, mask); }

const char *tributary_curl_easy_strerror(CURLcode code) { return library.curl_easy_strerror_(code); }

CURLcode tributary_curl_set_long(CURL *easy, CURLoption option, long value) {
  return library.curl_easy_setopt_(easy, option, value);
}

CURLcode tributary_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return library.curl_easy_setopt_(easy, option, value);
}

CURLcode tributary_curl_set_pointer(CURL *easy, CURLoption option, const void *value) {
  return library.curl_easy_setopt_(easy, option, value);
}

CURLcode tributary_curl_set_callback(CURL *easy, CURLoption option, tributary_curl_data_callback callback) {
  return library.curl_easy_setopt_(easy, option, callback);
}

CURLcode tributary_curl_get_long(CURL *easy, CURLINFO info, long *value) {
  return library.curl_easy_getinfo_(easy, info, value);
}

struct curl_slist *tributary_curl_slist_append(struct curl_slist *list, const char *text) {
  return library.curl_slist_append_(list, text);
}

void tributary_curl_slist_free_all(struct curl_slist *list) { library.curl_slist_free_all_(list); }

CURLM *tributary_curl_multi_init(void) { return library.curl_multi_init_(); }

CURLMcode tributary_curl_multi_cleanup(CURLM *multi) { return library.curl_multi_cleanup_(multi); }

CURLMcode tributary_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return library.curl_multi_setopt_(multi, option, value);
}

CURLMcode tributary_curl_multi_add_handle(CURLM *multi, CURL *easy) {
  return library.curl_multi_add_handle_(multi, easy);
}

CURLMcode tributary_curl_multi_remove_handle(CURLM *multi, CURL *easy) {
  return library.curl_multi_remove_handle_(multi, easy);
}

CURLMcode tributary_curl_multi_perform(CURLM *multi, int *running) {
  return library.curl_multi_perform_(multi, running);
}

CURLMcode tributary_curl_multi_poll(CURLM *multi, int timeout_milliseconds) {
  return library.curl_multi_poll_(multi, NULL, 0, timeout_milliseconds, NULL);
}

CURLMcode tributary_curl_multi_wakeup(CURLM *multi) { return library.curl_multi_wakeup_(multi); }

CURL *tributary_curl_multi_next_finished(CURLM *multi, CURLcode *result) {
  int left = 0;
  CURLMsg *message;
  while ((message = library.curl_multi_info_read_(multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}
