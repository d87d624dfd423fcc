#ifndef PRUNED_H_
#define PRUNED_H_

#include "defines.h"

void pruned(
    input_t input_data[6],
    fc2_t fc2_out[3]
);

#endif
