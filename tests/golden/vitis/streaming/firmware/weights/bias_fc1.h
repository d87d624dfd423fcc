#ifndef WEIGHTS_BIAS_FC1_H_
#define WEIGHTS_BIAS_FC1_H_

#include "../nnet/platform.h"

// 12 mantissas of fixed<4,1>, 0 of them zero; value = mantissa * 2^-3.
static const nnet::signed_raw<4>::type bias_fc1[12] = {
-8, 5, 6, -3, -2, 1, 2, 7, -1, -5, -8, -7,
};

#endif
