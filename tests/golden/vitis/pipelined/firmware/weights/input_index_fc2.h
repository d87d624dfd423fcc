#ifndef WEIGHTS_INPUT_INDEX_FC2_H_
#define WEIGHTS_INPUT_INDEX_FC2_H_

#include "../nnet/platform.h"

// 10 mantissas of ufixed<2,2>, 2 of them zero; value = mantissa * 2^0.
static const nnet::unsigned_raw<2>::type input_index_fc2[10] = {
0, 1, 2, 1, 2, 2, 3, 0, 1, 2,
};

#endif
