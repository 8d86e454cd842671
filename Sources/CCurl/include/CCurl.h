// libcurl, opened when it is first needed.
//
// Types and option numbers come from the header at build time. Functions are
// looked up in libcurl.so.4 at run time, because a program that links the
// library pays several milliseconds at each start, whether it sends anything
// or not. Swift cannot call variadic functions, so there is one wrapper for
// each kind of argument.
//
// tributary_curl_load has to return 0 before anything else is called.

#ifndef TRIBUTARY_CCURL_H
#define TRIBUTARY_CCURL_H

#include <curl/curl.h>
#include <stddef.h>

typedef size_t (*tributary_curl_data_callback)(char *bytes, size_t size, size_t count, void *context);

// Opens the library once for the process; 0 means that it can be used.
int tributary_curl_load(void);

// What went wrong when tributary_curl_load did not return 0.
const char *tributary_curl_load_error(void);

// The version of the library that was opened, such as "7.88.1".
const char *tributary_curl_version(void);

CURL *tributary_curl_easy_init(void);
void tributary_curl_easy_reset(CURL *easy);
void tributary_curl_easy_cleanup(CURL *easy);
CURLcode tributary_curl_easy_pause(CURL *easy, int mask);
const char *tributary_curl_easy_strerror(CURLcode code);

CURLcode tributary_curl_set_long(CURL *easy, CURLoption option, long value);
CURLcode tributary_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value);
CURLcode tributary_curl_set_pointer(CURL *easy, CURLoption option, const void *value);
CURLcode tributary_curl_set_callback(CURL *easy, CURLoption option, tributary_curl_data_callback callback);
CURLcode tributary_curl_get_long(CURL *easy, CURLINFO info, long *value);

struct curl_slist *tributary_curl_slist_append(struct curl_slist *list, const char *text);
void tributary_curl_slist_free_all(struct curl_slist *list);

CURLM *tributary_curl_multi_init(void);
CURLMcode tributary_curl_multi_cleanup(CURLM *multi);
CURLMcode tributary_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode tributary_curl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode tributary_curl_multi_remove_handle(CURLM *multi, CURL *easy);
CURLMcode tributary_curl_multi_perform(CURLM *multi, int *running);
CURLMcode tributary_curl_multi_poll(CURLM *multi, int timeout_milliseconds);
CURLMcode tributary_curl_multi_wakeup(CURLM *multi);

// The next finished transfer and its result, or NULL when there is none.
CURL *tributary_curl_multi_next_finished(CURLM *multi, CURLcode *result);

#endif
