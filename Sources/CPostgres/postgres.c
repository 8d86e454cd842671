#include "CPostgres.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#define EACH_FUNCTION(X) \
  X(PQconninfoParse) \
  X(PQconninfoFree) \
  X(PQfreemem) \
  X(PQconnectdbParams) \
  X(PQstatus) \
  X(PQerrorMessage) \
  X(PQfinish) \
  X(PQexecParams) \
  X(PQresultStatus) \
  X(PQresultErrorField) \
  X(PQntuples) \
  X(PQnfields) \
  X(PQgetisnull) \
  X(PQgetvalue) \
  X(PQgetlength) \
  X(PQclear)

#define DECLARE(name) __typeof__(&name) name##_;
static struct {
  EACH_FUNCTION(DECLARE)
} library;
#undef DECLARE

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int load_status = -1;
static char load_error[256] = "";

static void load(void) {
  void *handle = dlopen("libpq.so.5", RTLD_LAZY | RTLD_LOCAL);
  if (!handle) {
    snprintf(load_error, sizeof load_error, "libpq.so.5 cannot be opened; install the Debian package 'libpq5'");
    return;
  }
#define LOOK_UP(name) \
  library.name##_ = (__typeof__(&name))dlsym(handle, #name); \
  if (!library.name##_) { \
    snprintf(load_error, sizeof load_error, "libpq.so.5 has no '" #name "'; version 12 or later is needed"); \
    return; \
  }
  EACH_FUNCTION(LOOK_UP)
#undef LOOK_UP
  load_status = 0;
}

int tributary_pq_load(void) {
  pthread_once(&once, load);
  return load_status;
}

const char *tributary_pq_load_error(void) { return load_error; }

PQconninfoOption *tributary_pq_conninfo_parse(const char *text) {
  char *error = 0;
  PQconninfoOption *options = library.PQconninfoParse_(text, &error);
  // The message may hold parts of the text, and so a password.
  if (error) library.PQfreemem_(error);
  return options;
}

void tributary_pq_conninfo_free(PQconninfoOption *options) { library.PQconninfoFree_(options); }

PGconn *tributary_pq_connect(const char *const *keywords, const char *const *values) {
  return library.PQconnectdbParams_(keywords, values, 1);
}

ConnStatusType tributary_pq_status(const PGconn *connection) { return library.PQstatus_(connection); }

const char *tributary_pq_error_message(const PGconn *connection) { return library.PQerrorMessage_(connection); }

void tributary_pq_finish(PGconn *connection) { library.PQfinish_(connection); }

PGresult *tributary_pq_exec(PGconn *connection, const char *statement, int count, const char *const *values) {
  return library.PQexecParams_(connection, statement, count, 0, values, 0, 0, 0);
}

ExecStatusType tributary_pq_result_status(const PGresult *result) { return library.PQresultStatus_(result); }

const char *tributary_pq_result_state(const PGresult *result) {
  return library.PQresultErrorField_(result, PG_DIAG_SQLSTATE);
}

const char *tributary_pq_result_message(const PGresult *result) {
  return library.PQresultErrorField_(result, PG_DIAG_MESSAGE_PRIMARY);
}

int tributary_pq_row_count(const PGresult *result) { return library.PQntuples_(result); }

int tributary_pq_column_count(const PGresult *result) { return library.PQnfields_(result); }

int tributary_pq_is_null(const PGresult *result, int row, int column) {
  return library.PQgetisnull_(result, row, column);
}

const char *tributary_pq_value(const PGresult *result, int row, int column) {
  return library.PQgetvalue_(result, row, column);
}

int tributary_pq_length(const PGresult *result, int row, int column) {
  return library.PQgetlength_(result, row, column);
}

void tributary_pq_clear(PGresult *result) { library.PQclear_(result); }
