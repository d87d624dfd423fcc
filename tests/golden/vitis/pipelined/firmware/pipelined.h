#ifndef PIPELINED_H_
#define PIPELINED_H_

#include "defines.h"

void pipelined(
    input_t input_data[6],
    doubled_t doubled_out[4],
    fc2_t fc2_out[4],
    flat_t flat_out[6],
    rows_t rows_out[2]
);

#endif
