#pragma once

#include <postgresql/libpq-fe.h>

// libpq, opened when it is first used, so that programs that keep threads
// elsewhere neither load nor need it. Call tributary_pq_load before anything
// else; the functions below have the meaning of those of libpq.

/// Opens the library; 0 when it is there.
int tributary_pq_load(void);

/// Why the library cannot be used, after tributary_pq_load has said so.
const char *tributary_pq_load_error(void);

PQconninfoOption *tributary_pq_conninfo_parse(const char *text);
void tributary_pq_conninfo_free(PQconninfoOption *options);
PGconn *tributary_pq_connect(const char *const *keywords, const char *const *values);
ConnStatusType tributary_pq_status(const PGconn *connection);
const char *tributary_pq_error_message(const PGconn *connection);
void tributary_pq_finish(PGconn *connection);

/// Carries one statement out with text parameters; null ones are NULL.
PGresult *tributary_pq_exec(PGconn *connection, const char *statement, int count, const char *const *values);

ExecStatusType tributary_pq_result_status(const PGresult *result);

/// The five characters that say what went wrong, or null.
const char *tributary_pq_result_state(const PGresult *result);

/// The primary message of an error, or null.
const char *tributary_pq_result_message(const PGresult *result);

int tributary_pq_row_count(const PGresult *result);
int tributary_pq_column_count(const PGresult *result);
int tributary_pq_is_null(const PGresult *result, int row, int column);
const char *tributary_pq_value(const PGresult *result, int row, int column);
int tributary_pq_length(const PGresult *result, int row, int column);
void tributary_pq_clear(PGresult *result);
