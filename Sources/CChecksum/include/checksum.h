#ifndef ESTOQUE_CHECKSUM_H
#define ESTOQUE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli) of `length` bytes, continuing from `seed` (0 to begin).
/// Uses the processor's instruction where there is one.
uint32_t estoque_crc32c(uint32_t seed, const void *bytes, size_t length);

#endif
