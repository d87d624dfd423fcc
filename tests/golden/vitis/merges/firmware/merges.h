#ifndef MERGES_H_
#define MERGES_H_

#include "defines.h"

void merges(
    input_t input_data[12],
    dot_t dot_out[6],
    row_t row_out[8],
    first_t first_out[4]
);

#endif
