#ifndef ESTOQUE_CZLIB_SHIM_H
#define ESTOQUE_CZLIB_SHIM_H

#include <zlib.h>

#endif
