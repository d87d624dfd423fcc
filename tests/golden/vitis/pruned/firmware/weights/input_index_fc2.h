#ifndef WEIGHTS_INPUT_INDEX_FC2_H_
#define WEIGHTS_INPUT_INDEX_FC2_H_

#include "../nnet/platform.h"

// 7 mantissas of ufixed<2,2>, 0 of them zero; value = mantissa * 2^0.
static const nnet::unsigned_raw<2>::type input_index_fc2[7] = {
3, 1, 2, 3, 1, 2, 3,
};

#endif
