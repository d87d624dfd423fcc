#ifndef WEIGHTS_INPUT_INDEX_FC3_H_
#define WEIGHTS_INPUT_INDEX_FC3_H_

#include "../nnet/platform.h"

// 16 mantissas of ufixed<3,3>, 3 of them zero; value = mantissa * 2^0.
static const nnet::unsigned_raw<3>::type input_index_fc3[16] = {
0, 1, 2, 5, 2, 3, 5, 1, 0, 1, 2, 4, 0, 2, 3, 4,
};

#endif
