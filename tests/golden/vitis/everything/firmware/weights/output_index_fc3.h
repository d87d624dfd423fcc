#ifndef WEIGHTS_OUTPUT_INDEX_FC3_H_
#define WEIGHTS_OUTPUT_INDEX_FC3_H_

#include "../nnet/platform.h"

// 16 mantissas of ufixed<3,3>, 4 of them zero; value = mantissa * 2^0.
static const nnet::unsigned_raw<3>::type output_index_fc3[16] = {
0, 0, 0, 0, 1, 1, 1, 2, 3, 3, 4, 4, 5, 5, 5, 5,
};

#endif
