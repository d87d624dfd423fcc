#ifndef WEIGHTS_OUTPUT_INDEX_FC2_H_
#define WEIGHTS_OUTPUT_INDEX_FC2_H_

#include "../nnet/platform.h"

// 7 mantissas of ufixed<2,2>, 1 of them zero; value = mantissa * 2^0.
static const nnet::unsigned_raw<2>::type output_index_fc2[7] = {
0, 1, 1, 1, 2, 2, 2,
};

#endif
