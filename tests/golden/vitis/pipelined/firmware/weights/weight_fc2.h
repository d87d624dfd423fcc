#ifndef WEIGHTS_WEIGHT_FC2_H_
#define WEIGHTS_WEIGHT_FC2_H_

#include "../nnet/platform.h"

// 10 mantissas of fixed<4,1>, 0 of them zero; value = mantissa * 2^-3.
static const nnet::signed_raw<4>::type weight_fc2[10] = {
6, -6, -6, 3, 6, -6, -5, 1, -6, -3,
};

#endif
