#ifndef EVERYTHING_H_
#define EVERYTHING_H_

#include "defines.h"

void everything(
    input_t input_data[8],
    classes_t classes_out[4],
    skip_t skip_out[6],
    best_t best_out[1]
);

#endif
