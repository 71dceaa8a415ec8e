#include "checksum.h"

#include <string.h>

static uint32_t crc32c_bitwise(uint32_t crc, const unsigned char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1u)));
        }
    }
    return crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2")))
static uint32_t crc32c_hardware(uint32_t crc, const unsigned char *bytes, size_t length) {
    uint64_t wide = crc;
    while (length >= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = _mm_crc32_u64(wide, word);
        bytes += 8;
        length -= 8;
    }
    uint32_t narrow = (uint32_t)wide;
    while (length-- > 0) {
        narrow = _mm_crc32_u8(narrow, *bytes++);
    }
    return narrow;
}

uint32_t estoque_crc32c(uint32_t seed, const void *bytes, size_t length) {
    if (__builtin_cpu_supports("sse4.2")) {
        return ~crc32c_hardware(~seed, bytes, length);
    }
    return ~crc32c_bitwise(~seed, bytes, length);
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>

uint32_t estoque_crc32c(uint32_t seed, const void *data, size_t length) {
    const unsigned char *bytes = data;
    uint32_t crc = ~seed;
    while (length >= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        crc = __crc32cd(crc, word);
        bytes += 8;
        length -= 8;
    }
    while (length-- > 0) {
        crc = __crc32cb(crc, *bytes++);
    }
    return ~crc;
}

#else

uint32_t estoque_crc32c(uint32_t seed, const void *bytes, size_t length) {
    return ~crc32c_bitwise(~seed, bytes, length);
}

#endif
