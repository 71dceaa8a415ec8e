#ifndef ESTOQUE_CSQLITE_SHIM_H
#define ESTOQUE_CSQLITE_SHIM_H

#include <sqlite3.h>

#endif
