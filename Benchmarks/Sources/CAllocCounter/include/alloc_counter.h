#pragma once

/// The number of allocations of this process so far, on all threads.
unsigned long alloc_counter_total(void);
